using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Scores by wiki, as ORES told them.</summary>
internal sealed class RevscoringAnswer : Dictionary<string, WikiScores>, IExample<RevscoringAnswer>
{
    /// <inheritdoc/>
    public static RevscoringAnswer Example { get; } = Of(
        "enwiki", "damaging", "0.5.1", "12345", new ModelScore(new Score("false", new Dictionary<string, float> { ["false"] = 0.75f, ["true"] = 0.25f }), null));

    /// <summary>The answer of one model for one revision.</summary>
    public static RevscoringAnswer Of(string wiki, string kind, string version, string revisionId, ModelScore score) => new()
    {
        [wiki] = new WikiScores(
            new Dictionary<string, ModelVersion> { [kind] = new(version) },
            new Dictionary<string, Dictionary<string, ModelScore>> { [revisionId] = new() { [kind] = score } }),
    };
}

/// <summary>The scores of one wiki.</summary>
/// <param name="Models">By kind.</param>
/// <param name="Scores">By revision id, then by kind of model.</param>
internal sealed record WikiScores(Dictionary<string, ModelVersion> Models, Dictionary<string, Dictionary<string, ModelScore>> Scores);

/// <summary>Which model it was.</summary>
/// <param name="Version">As the operator calls it.</param>
internal sealed record ModelVersion(string Version);

/// <summary>What one model says of one revision.</summary>
/// <param name="Score">Its score.</param>
/// <param name="Features">What the features were made of, by name; only where the caller asked.</param>
internal sealed record ModelScore(Score Score, Dictionary<string, FeatureValue>? Features);

/// <summary>A score.</summary>
/// <param name="Prediction">The likeliest label; of equally likely ones the first. Labels false and true are JSON's.</param>
/// <param name="Probability">0 to 1, by label.</param>
internal sealed record Score(
    [property: JsonConverter(typeof(LabelConverter))] string Prediction,
    Dictionary<string, float> Probability);

/// <summary>Writes a label.</summary>
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
