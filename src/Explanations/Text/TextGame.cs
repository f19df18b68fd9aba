using InferenceServices.Contracts.Serving;
using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Text;

/// <summary>Parts of a text as players: the model reads those of a coalition, in their order, and nothing of the others.</summary>
/// <param name="predictor">Here or elsewhere.</param>
/// <param name="modelName">The model.</param>
/// <param name="transformer">From text to tensors.</param>
/// <param name="text">The whole.</param>
/// <param name="parts">Of the text.</param>
/// <param name="score">The score's place.</param>
internal sealed class TextGame(IPredictor predictor, string modelName, ITextTransformer transformer, string text, IReadOnlyList<TextPart> parts, int score) : ICoalitionGame
{
    // Texts of different lengths are no rows of one tensor: they go one by one, side by side.
    private const int CallsAtOnce = 8;

    public int PlayerCount => parts.Count;

    public int CoalitionsPerCall => 64;

    public async ValueTask<double[]> PlayAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        var scores = new double[coalitions.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, scores.Length, options, async (index, token) => scores[index] = await ScoreAsync(coalitions[index], token));
        return scores;
    }

    private async ValueTask<double> ScoreAsync(bool[] kept, CancellationToken cancellationToken)
    {
        using var request = transformer.PreprocessText(TextParts.Keep(text, parts, kept));
        // A model that knows nothing of a text has no reason to prefer a label.
        if (request is null) return 1.0 / transformer.Labels.Count;
        using var response = await predictor.InferAsync(modelName, modelVersion: null, request, cancellationToken);
        return ModelScores.Of(response, 1).Values[score];
    }
}
