using System.Text;
using System.Text.Json.Nodes;
using InferenceServices.EventGate.Events;
using InferenceServices.Testing;
using NJsonSchema;

namespace InferenceServices.EventGate.Tests.Events;

/// <summary>Wikimedia's event schemas, if they are available beside the checkout.</summary>
internal static class EventSchemas
{
    public const string Missing = "There are no schemas of events beside the checkout.";

    private static readonly string Data = Path.Combine(Checkout.Root, "..", "shared", "data");

    public static bool IsPresent => Directory.Exists(Path.Combine(Data, "schemas", "events"));

    /// <summary>Returns a recorded event.</summary>
    public static JsonNode Sample(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Data, name)))!["event"]!;

    /// <summary>Returns the validation errors of an event.</summary>
    public static async Task<IReadOnlyList<string>> ValidateAsync(string schema, OutgoingEvent content)
    {
        var known = await JsonSchema.FromFileAsync(Path.Combine(Data, "schemas", "events", schema + ".schema.json"));
        return [.. known.Validate(Encoding.UTF8.GetString(content.Json.Span)).Select(problem => $"{problem.Path}: {problem.Kind}")];
    }
}
