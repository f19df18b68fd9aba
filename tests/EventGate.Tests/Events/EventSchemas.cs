using System.Text;
using System.Text.Json.Nodes;
using InferenceServices.EventGate.Events;
using InferenceServices.Testing;
using NJsonSchema;

namespace InferenceServices.EventGate.Tests.Events;

/// <summary>Wikimedia's schemas of events, where they lie beside the checkout.</summary>
internal static class EventSchemas
{
    private static readonly string Data = Path.Combine(Checkout.Root, "..", "shared", "data");

    public static bool AreThere => Directory.Exists(Path.Combine(Data, "schemas", "events"));

    /// <summary>An event as it came.</summary>
    public static JsonNode Sample(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Data, name)))!["event"]!;

    /// <summary>What a schema has against an event.</summary>
    public static async Task<IReadOnlyList<string>> ValidateAsync(string schema, OutgoingEvent content)
    {
        var known = await JsonSchema.FromFileAsync(Path.Combine(Data, "schemas", "events", schema + ".schema.json"));
        return [.. known.Validate(Encoding.UTF8.GetString(content.Json.Span)).Select(problem => $"{problem.Path}: {problem.Kind}")];
    }
}
