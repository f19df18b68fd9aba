using System.Text.Json;

namespace InferenceServices.Explanations.Requests;

/// <summary>The part of a request body that the explainer reads.</summary>
internal sealed record ExplainRequest
{
    public JsonElement Explain { get; init; }
}
