using System.Text.Json.Nodes;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Describes the records of services and explainers. A server without them, as the predictor, has no implementation.</summary>
internal interface IMessageSchemas
{
    /// <summary>Describes a record, with its example if it is an <c>IExample</c>; null is any JSON object.</summary>
    /// <param name="message">The record.</param>
    /// <param name="schemas">Schemas of the document; the schemas that the record refers to are added.</param>
    MessageSchema Of(Type? message, JsonObject schemas);
}
