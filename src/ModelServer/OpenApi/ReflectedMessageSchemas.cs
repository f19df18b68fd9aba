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

    // The records of services have serializer contexts of their own, all with this policy.
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // A null property of an example is not shown.
    private static readonly JsonSerializerOptions ExampleOptions = new(Names) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    // Non-nullable properties of records are required.
    private static readonly SchemaGeneratorOptions GeneratorOptions = new() { SupportNonNullableReferenceTypes = true, NonNullableReferenceTypesAsRequired = true };

    private readonly SchemaGenerator _generator = new(GeneratorOptions, new JsonSerializerDataContractResolver(Names, GeneratorOptions));

    public MessageSchema Of(Type? message, JsonObject schemas)
    {
        if (message is null) return new MessageSchema(new JsonObject { ["type"] = "object" }, null);
        var repository = new SchemaRepository();
        var schema = Json(_generator.GenerateSchema(message, repository));
        foreach (var (name, referenced) in repository.Schemas) Add(name, Json(referenced), schemas);
        return new MessageSchema(schema, ExampleOf(message));
    }

    private static void Add(string name, JsonNode schema, JsonObject schemas)
    {
        if (!schemas.TryAdd(name, schema) && !JsonNode.DeepEquals(schemas[name], schema))
            throw new InvalidOperationException($"Two messages of the API documentation have the name {name}.");
    }

    private static JsonNode Json(IOpenApiSchema schema)
    {
        using var text = new StringWriter();
        schema.SerializeAsV3(new OpenApiJsonWriter(text));
        return JsonNode.Parse(text.ToString())!;
    }

    // The property of IExample<TSelf>.
    private static JsonNode? ExampleOf(Type message)
        => message.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is { } example
            ? JsonSerializer.SerializeToNode(example, message, ExampleOptions)
            : null;
}
