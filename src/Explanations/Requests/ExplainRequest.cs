using System.Text.Json;

namespace InferenceServices.Explanations.Requests;

/// <summary>What of a request's body is the explainer's.</summary>
internal sealed record ExplainRequest
{
    public JsonElement Explain { get; init; }
}
