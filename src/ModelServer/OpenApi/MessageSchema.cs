using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>A message in the API documentation.</summary>
/// <param name="Schema">Its shape.</param>
/// <param name="Example">One to show and to send; null when there is none.</param>
internal sealed record MessageSchema(IOpenApiSchema Schema, JsonNode? Example)
{
    /// <summary>As messages are written: services' records have their own contexts, but all of them name so.</summary>
    public static JsonSerializerOptions Names { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // What an example does not have it does not show.
    private static readonly JsonSerializerOptions Shown = new(Names) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>Any JSON object.</summary>
    public static MessageSchema Anything { get; } = new(new OpenApiSchema { Type = JsonSchemaType.Object }, null);

    /// <summary>A service's record, with the example it gives of itself.</summary>
    public static MessageSchema Of(Type? message, DocumentFilterContext context)
        => message is null ? Anything : new MessageSchema(context.SchemaGenerator.GenerateSchema(message, context.SchemaRepository), ExampleOf(message));

    public Dictionary<string, OpenApiMediaType> AsJson()
        => new() { ["application/json"] = new OpenApiMediaType { Schema = Schema, Example = Example?.DeepClone() } };

    public OpenApiRequestBody AsBody() => new() { Required = true, Content = AsJson() };

    // The property of IExample<TSelf>.
    private static JsonNode? ExampleOf(Type message)
        => message.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is { } example
            ? JsonSerializer.SerializeToNode(example, message, Shown)
            : null;
}
