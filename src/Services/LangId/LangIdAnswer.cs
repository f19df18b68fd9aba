using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.LangId;

/// <summary>The most likely language of a text.</summary>
/// <param name="Language">Label of the model, for example <c>ca</c> (lid.176) or <c>cat_Latn</c> (lid201).</param>
/// <param name="Wikicode">Code of the Wikipedia in the language; empty if there is none.</param>
/// <param name="Languagename">English name of the language.</param>
/// <param name="Score">Probability, 0 to 1.</param>
internal sealed record LangIdAnswer(string Language, string Wikicode, string Languagename, float Score) : IExample<LangIdAnswer>
{
    /// <inheritdoc/>
    public static LangIdAnswer Example { get; } = new("ca", "ca", "Catalan", 0.9695f);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LangIdRequest))]
[JsonSerializable(typeof(LangIdAnswer))]
internal sealed partial class LangIdJson : JsonSerializerContext;
