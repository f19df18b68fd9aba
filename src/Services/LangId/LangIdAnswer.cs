using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.LangId;

/// <summary>The likeliest language of a text.</summary>
/// <param name="Language">The model's label, for example <c>ca</c> (lid.176) or <c>cat_Latn</c> (lid201).</param>
/// <param name="Wikicode">Code of the language's Wikipedia; empty when it has none.</param>
/// <param name="Languagename">English name.</param>
/// <param name="Score">The model's probability, 0 to 1.</param>
internal sealed record LangIdAnswer(string Language, string Wikicode, string Languagename, float Score) : IExample<LangIdAnswer>
{
    /// <inheritdoc/>
    public static LangIdAnswer Example { get; } = new("ca", "ca", "Catalan", 0.9695f);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LangIdRequest))]
[JsonSerializable(typeof(LangIdAnswer))]
internal sealed partial class LangIdJson : JsonSerializerContext;
