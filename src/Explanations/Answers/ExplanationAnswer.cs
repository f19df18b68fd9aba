using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Explanations.Answers;

/// <summary>The response of <c>:explain</c>.</summary>
/// <param name="Explanations">Explanations, by instance.</param>
/// <param name="Meta">Metadata of all explanations.</param>
public sealed record ExplanationAnswer(IReadOnlyList<Explanation> Explanations, ExplanationMeta Meta) : IExample<ExplanationAnswer>
{
    /// <inheritdoc/>
    [JsonIgnore]
    public static ExplanationAnswer Example { get; } = new(
        [
            new Explanation
            {
                Prediction = new Prediction("ca", 0.9695),
                Explained = new ExplainedScore("ca", "score", 0.0057, 0.9695),
                Attributions = [new FeatureAttribution { Feature = "Això", Start = 0, End = 4, Attribution = 0.6 }, new FeatureAttribution { Feature = "és", Start = 5, End = 7, Attribution = 0.2 }],
                Text = "Això és",
                TextStart = 0,
                Method = new ExplanationMethod("kernel_shap", IsExact: true, Complete: true, 4, "nothing"),
            },
        ],
        new ExplanationMeta("langid", "1", 7));

    /// <summary>Writes the response as JSON.</summary>
    /// <param name="writer">Receives one JSON object.</param>
    public void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, this, ExplainJson.Default.ExplanationAnswer);
}

/// <summary>Metadata of a response.</summary>
/// <param name="ModelName">The model that was explained.</param>
/// <param name="ModelVersion">Version of the model.</param>
/// <param name="Seed">Seed of the random samples.</param>
public sealed record ExplanationMeta(string ModelName, string ModelVersion, int Seed);
