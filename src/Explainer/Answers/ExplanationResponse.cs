using System.Text.Json;
using InferenceServices.Contracts.V1;
using InferenceServices.Explainer.Pages;

namespace InferenceServices.Explainer.Answers;

/// <summary>Explanations as JSON, or as a page.</summary>
internal sealed class ExplanationResponse(ExplanationAnswer answer, ExplanationPages pages) : PredictResponse
{
    public override void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, answer, ExplainJson.Default.ExplanationAnswer);

    public override async ValueTask<string?> ToHtmlAsync(CancellationToken cancellationToken) => await pages.RenderAsync(answer, cancellationToken);
}
