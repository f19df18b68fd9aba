using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Scores by wiki, in the format of ORES.</summary>
internal sealed class RevscoringAnswer : Dictionary<string, WikiScores>, IExample<RevscoringAnswer>
{
    /// <inheritdoc/>
    public static RevscoringAnswer Example { get; } = Of(
        "enwiki", "damaging", "0.5.1", "12345", new ModelScore(new Score("false", new Dictionary<string, double> { ["false"] = 0.75, ["true"] = 0.25 }), null));

    /// <summary>Creates the response of one model for one revision.</summary>
    public static RevscoringAnswer Of(string wiki, string kind, string version, string revisionId, ModelScore score) => new()
    {
        [wiki] = new WikiScores(
            new Dictionary<string, ModelVersion> { [kind] = new(version) },
            new Dictionary<string, Dictionary<string, ModelScore>> { [revisionId] = new() { [kind] = score } }),
    };
}

/// <summary>The scores of one wiki.</summary>
/// <param name="Models">Models by kind.</param>
/// <param name="Scores">Scores by revision id and kind of model.</param>
internal sealed record WikiScores(Dictionary<string, ModelVersion> Models, Dictionary<string, Dictionary<string, ModelScore>> Scores);

/// <summary>Version of a model.</summary>
/// <param name="Version">Version set by the operator.</param>
internal sealed record ModelVersion(string Version);

/// <summary>Score of one model for one revision.</summary>
/// <param name="Score">The score.</param>
/// <param name="Features">Base feature values by name; only if requested.</param>
internal sealed record ModelScore(Score Score, Dictionary<string, FeatureValue>? Features);

/// <summary>Prediction and probabilities.</summary>
/// <param name="Prediction">The most likely label; the first of equal ones. The labels false and true are JSON booleans.</param>
/// <param name="Probability">Probabilities by label, 0 to 1.</param>
internal sealed record Score(
    [property: JsonConverter(typeof(LabelConverter))] string Prediction,
    Dictionary<string, double> Probability);

/// <summary>Writes the labels true and false as JSON booleans.</summary>
internal sealed class LabelConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String ? reader.GetString() : reader.GetBoolean() ? "true" : "false";

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (value is "true" or "false") writer.WriteBooleanValue(value == "true");
        else writer.WriteStringValue(value);
    }
}
