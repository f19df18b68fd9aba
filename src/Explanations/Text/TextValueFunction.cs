using InferenceServices.Contracts.Serving;
using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Text;

/// <summary>The score of a text as a function of its parts: the model reads the parts of a coalition, in order.</summary>
/// <param name="predictor">Runs the model, in process or remotely.</param>
/// <param name="modelName">Name of the model.</param>
/// <param name="transformer">Converts text to tensors.</param>
/// <param name="text">The whole text.</param>
/// <param name="parts">Parts of the text.</param>
/// <param name="score">Index of the score.</param>
internal sealed class TextValueFunction(IPredictor predictor, string modelName, ITextTransformer transformer, string text, IReadOnlyList<TextPart> parts, int score) : IValueFunction
{
    // Texts of different lengths do not fit into one tensor, so each is one call; calls run concurrently.
    private const int MaxConcurrentCalls = 8;

    public int FeatureCount => parts.Count;

    public int CoalitionsPerCall => 64;

    public async ValueTask<double[]> EvaluateAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        var scores = new double[coalitions.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentCalls, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, scores.Length, options, async (index, token) => scores[index] = await ScoreAsync(coalitions[index], token));
        return scores;
    }

    private async ValueTask<double> ScoreAsync(bool[] isRetained, CancellationToken cancellationToken)
    {
        using var request = transformer.PreprocessText(TextSegmenter.Join(text, parts, isRetained));
        // Without known text, all labels are equally likely.
        if (request is null) return 1.0 / transformer.Labels.Count;
        using var response = await predictor.InferAsync(modelName, modelVersion: null, request, cancellationToken);
        return ModelScores.Of(response, 1).Values[score];
    }
}
