using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Describes records by reflection.</summary>
[RequiresUnreferencedCode(Reason)]
[RequiresDynamicCode(Reason)]
internal sealed class ReflectedMessageSchemas : IMessageSchemas
{
    /// <summary>Why a server with a service or an explainer cannot be trimmed or compiled ahead of time.</summary>
    public const string Reason = "The API documentation describes the records of services by reflection.";

    // A null property of an example is not shown.
    private static readonly JsonSerializerOptions ExampleOptions = new(OpenApiExtensions.Names) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public MessageSchema Of(Type? message, DocumentFilterContext context)
        => message is null
            ? new MessageSchema(new OpenApiSchema { Type = JsonSchemaType.Object }, null)
            : new MessageSchema(context.SchemaGenerator.GenerateSchema(message, context.SchemaRepository), ExampleOf(message));

    // The property of IExample<TSelf>.
    private static JsonNode? ExampleOf(Type message)
        => message.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is { } example
            ? JsonSerializer.SerializeToNode(example, message, ExampleOptions)
            : null;
}
