using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.LangId;

/// <summary>A text to identify.</summary>
/// <param name="Text">Any text; only the first characters are used, 100 by default.</param>
internal sealed record LangIdRequest([property: JsonConverter(typeof(LangIdTextConverter))] string? Text) : IExample<LangIdRequest>
{
    /// <inheritdoc/>
    public static LangIdRequest Example { get; } = new("Això és una prova.");
}
