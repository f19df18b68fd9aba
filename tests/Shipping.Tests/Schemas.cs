using System.Collections.Concurrent;
using InferenceServices.Testing;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace InferenceServices.Shipping.Tests;

/// <summary>Schemas of KServe's custom resources and of Blubber, from repositories next to the checkout.</summary>
internal static class Schemas
{
    public const string Missing = "the schemas are absent: ../shared/data/schemas";

    private static readonly string Folder = Checkout.PathOf("../shared/data/schemas");

    private static readonly ConcurrentDictionary<string, Task<JsonSchema>> Strict = new();

    public static bool IsPresent => Directory.Exists(Folder);

    /// <summary>Parses a schema; the library only supports the older keyword for definitions.</summary>
    public static Task<JsonSchema> ReadAsync(string name)
    {
        var schema = JObject.Parse(File.ReadAllText(PathOf(name)).Replace("#/$defs/", "#/definitions/", StringComparison.Ordinal));
        schema.Remove("$id");
        schema["definitions"] = schema["$defs"];
        schema.Remove("$defs");
        return JsonSchema.FromJsonAsync(schema.ToString());
    }

    /// <summary>Returns the schema of a custom resource with strict field validation: unknown fields are rejected.</summary>
    public static Task<JsonSchema> ReadStrictAsync(string name) => Strict.GetOrAdd(name, MakeStrictAsync);

    public static IReadOnlyList<string> Problems(this JsonSchema schema, JToken document)
        => [.. schema.Validate(document).SelectMany(Flatten).Select(problem => $"{problem.Path}: {problem.Kind}")];

    private static Task<JsonSchema> MakeStrictAsync(string name)
    {
        var schema = JObject.Parse(File.ReadAllText(PathOf(name)));
        Tighten(schema);
        // The API server validates ObjectMeta; custom resources' schemas omit it. Labels and annotations are strings.
        schema["properties"]!["metadata"] = JObject.Parse("""
            {"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z]([-a-z0-9]*[a-z0-9])?$"},
             "namespace":{"type":"string"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"annotations":{"type":"object","additionalProperties":{"type":"string"}}}}
            """);
        return JsonSchema.FromJsonAsync(schema.ToString());
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.schema.json");

    private static IEnumerable<NJsonSchema.Validation.ValidationError> Flatten(NJsonSchema.Validation.ValidationError problem)
        => problem is NJsonSchema.Validation.ChildSchemaValidationError child ? child.Errors.SelectMany(pair => pair.Value).SelectMany(Flatten) : [problem];

    // OpenAPI of a CRD differs from JSON schema in three keywords, and prunes unknown fields by default instead of rejecting them.
    private static void Tighten(JToken node)
    {
        // A property may be named type; its value is then an object.
        if (node is JObject schema && (schema["type"] is null or JValue))
        {
            if (Says(schema, "x-kubernetes-int-or-string"))
            {
                schema.Remove("anyOf");
                schema["type"] = new JArray("integer", "string");
            }
            if ((string?)(schema["type"] as JValue) == "object" && schema["properties"] is JObject && schema["additionalProperties"] is null && !Says(schema, "x-kubernetes-preserve-unknown-fields"))
                schema["additionalProperties"] = false;
            if (Says(schema, "nullable") && schema["type"] is JValue type) schema["type"] = new JArray(type, "null");
        }
        foreach (var child in node.Children().ToList()) Tighten(child);
    }

    private static bool Says(JObject schema, string word) => schema[word] is JValue { Value: true };
}
