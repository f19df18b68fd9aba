using System.Collections.Concurrent;
using InferenceServices.Testing;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace InferenceServices.Shipping.Tests;

/// <summary>Schemas of KServe's custom resources and of Blubber, where they lie beside the checkout.</summary>
internal static class Schemas
{
    private static readonly string Folder = Checkout.PathOf("../shared/data/schemas");

    private static readonly ConcurrentDictionary<string, Task<JsonSchema>> Strict = new();

    public static string? Missing => Directory.Exists(Folder) ? null : "the schemas are absent: ../shared/data/schemas";

    /// <summary>A schema of this draft's words; the library reads definitions only by their former one.</summary>
    public static Task<JsonSchema> ReadAsync(string name)
    {
        var schema = JObject.Parse(File.ReadAllText(PathOf(name)).Replace("#/$defs/", "#/definitions/", StringComparison.Ordinal));
        schema.Remove("$id");
        schema["definitions"] = schema["$defs"];
        schema.Remove("$defs");
        return JsonSchema.FromJsonAsync(schema.ToString());
    }

    /// <summary>A custom resource's schema as an API server with strict field validation reads it: what it does not name is refused.</summary>
    public static Task<JsonSchema> ReadStrictAsync(string name) => Strict.GetOrAdd(name, MakeStrictAsync);

    public static IReadOnlyList<string> Problems(this JsonSchema schema, JToken document)
        => [.. schema.Validate(document).SelectMany(Flatten).Select(problem => $"{problem.Path}: {problem.Kind}")];

    private static Task<JsonSchema> MakeStrictAsync(string name)
    {
        var schema = JObject.Parse(File.ReadAllText(PathOf(name)));
        Tighten(schema);
        // An ObjectMeta, which custom resources' schemas leave to the API server; the labels and annotations it has are texts.
        schema["properties"]!["metadata"] = JObject.Parse("""
            {"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z]([-a-z0-9]*[a-z0-9])?$"},
             "namespace":{"type":"string"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"annotations":{"type":"object","additionalProperties":{"type":"string"}}}}
            """);
        return JsonSchema.FromJsonAsync(schema.ToString());
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.schema.json");

    private static IEnumerable<NJsonSchema.Validation.ValidationError> Flatten(NJsonSchema.Validation.ValidationError problem)
        => problem is NJsonSchema.Validation.ChildSchemaValidationError child ? child.Errors.SelectMany(pair => pair.Value).SelectMany(Flatten) : [problem];

    // OpenAPI of a CRD differs from JSON schema in three words, and by default prunes what it does not know instead of refusing it.
    private static void Tighten(JToken node)
    {
        // A property may be called type as well: then it is an object.
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
