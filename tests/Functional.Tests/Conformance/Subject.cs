using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>A running program, one of its models, and a request that the model takes.</summary>
/// <param name="Server">The program.</param>
/// <param name="Model">The model's name, or the service's.</param>
/// <param name="V1">A V1 body.</param>
/// <param name="InputJson">The V2 input, its data in JSON.</param>
/// <param name="InputBytes">The same data as bytes.</param>
public sealed record Subject(RunningServer Server, string Model, string V1, string InputJson, byte[] InputBytes)
{
    public string Predict => $"/v1/models/{Model}:predict";

    public string Infer => $"/v2/models/{Model}/infer";

    /// <summary>A V2 request that a test may change before it is sent.</summary>
    public JsonObject V2() => new() { ["inputs"] = new JsonArray(JsonNode.Parse(InputJson)) };

    public Task<Answer> InferAsync(JsonObject request) => Server.PostAsync(Infer, request.ToJsonString());

    /// <summary>The names of the model's outputs, in its own order.</summary>
    public async Task<string[]> OutputsAsync()
        => [.. (await Server.GetAsync($"/v2/models/{Model}")).AssertOk().Json.GetProperty("outputs").EnumerateArray().Select(NameOf)];

    public static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;
}
