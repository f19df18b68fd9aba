using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Explanations.Tabular;

/// <summary>The model as a function of rows, in as few calls of the predictor as it allows.</summary>
/// <param name="predictor">Here or elsewhere.</param>
/// <param name="modelName">The model.</param>
/// <param name="rowsPerCall">What one call may hold.</param>
internal sealed class TabularModel(IPredictor predictor, string modelName, int rowsPerCall)
{
    // Rows that go one by one go side by side.
    private const int CallsAtOnce = 16;

    private ModelMetadata? _metadata;

    /// <summary>What the model declares; asked once.</summary>
    public async ValueTask<ModelMetadata> GetMetadataAsync(CancellationToken cancellationToken)
        => _metadata ??= await predictor.GetMetadataAsync(modelName, modelVersion: null, cancellationToken);

    /// <summary>Rows that one call holds: one where an input's first axis is fixed.</summary>
    public async ValueTask<int> GetRowsPerCallAsync(CancellationToken cancellationToken)
        => (await GetMetadataAsync(cancellationToken)).Inputs.All(input => input.Shape.Rank > 0 && input.Shape[0] == -1) ? rowsPerCall : 1;

    /// <summary>Asks for one row's scores, or those of as many as came together.</summary>
    public async ValueTask<ModelScores> ScoreAsync(InferRequest request, int rows, CancellationToken cancellationToken)
    {
        using var response = await predictor.InferAsync(modelName, modelVersion: null, request, cancellationToken);
        return ModelScores.Of(response, rows);
    }

    /// <param name="table">Whose names and types the rows have.</param>
    /// <param name="rows">Shape [n, width], n at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<ModelScores> ScoreAsync(FeatureTable table, double[] rows, CancellationToken cancellationToken)
    {
        var (count, perCall) = (rows.Length / table.Width, await GetRowsPerCallAsync(cancellationToken));
        if (count <= perCall) return await ScoreAsync(table, rows, 0, count, cancellationToken);
        var calls = new ModelScores[(count + perCall - 1) / perCall];
        var options = new ParallelOptions { MaxDegreeOfParallelism = perCall == 1 ? CallsAtOnce : 1, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls.Length, options, async (call, token) => calls[call] = await ScoreAsync(table, rows, call * perCall, Math.Min(perCall, count - call * perCall), token));
        return new ModelScores([.. calls.SelectMany(call => call.Values)], calls[0].PerRow);
    }

    private async ValueTask<ModelScores> ScoreAsync(FeatureTable table, double[] rows, int first, int count, CancellationToken cancellationToken)
    {
        using var request = table.ToRequest(rows.AsSpan(first * table.Width, count * table.Width));
        return await ScoreAsync(request, count, cancellationToken);
    }
}
