using System.Text.Json;
using InferenceServices.Contracts.V1;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.AspNetCore.Pages;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Explanations as JSON or as an HTML page.</summary>
internal sealed class ExplanationResponse(ExplanationAnswer answer, ExplanationPages pages) : PredictResponse
{
    public override void WriteTo(Utf8JsonWriter writer) => answer.WriteTo(writer);

    public override async ValueTask<string?> ToHtmlAsync(CancellationToken cancellationToken) => await pages.RenderAsync(answer, cancellationToken);
}
