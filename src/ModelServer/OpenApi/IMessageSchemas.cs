using Swashbuckle.AspNetCore.SwaggerGen;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Describes the records of services and explainers. A server without them, as the predictor, has no implementation.</summary>
internal interface IMessageSchemas
{
    /// <summary>Describes a record, with its example if it is an <c>IExample</c>; null is any JSON object.</summary>
    MessageSchema Of(Type? message, DocumentFilterContext context);
}
