using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>A message in the API documentation.</summary>
/// <param name="Schema">Its JSON schema.</param>
/// <param name="Example">An example to show and to send; null without one.</param>
internal sealed record MessageSchema(IOpenApiSchema Schema, JsonNode? Example)
{
    public Dictionary<string, IOpenApiMediaType> AsJson()
        => new() { ["application/json"] = new OpenApiMediaType { Schema = Schema, Example = Example?.DeepClone() } };

    public OpenApiRequestBody AsBody() => new() { Required = true, Content = AsJson() };
}
