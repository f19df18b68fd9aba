using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Scores rows with as few calls of the predictor as possible.</summary>
/// <param name="predictor">Runs the model, in process or remotely.</param>
/// <param name="modelName">Name of the model.</param>
/// <param name="rowsPerCall">Maximum number of rows per call.</param>
internal sealed class TabularModel(IPredictor predictor, string modelName, int rowsPerCall)
{
    // Calls of a single row run concurrently.
    private const int MaxConcurrentCalls = 16;

    private ModelMetadata? _metadata;

    /// <summary>Gets the metadata of the model; cached.</summary>
    public async ValueTask<ModelMetadata> GetMetadataAsync(CancellationToken cancellationToken)
        => _metadata ??= await predictor.GetMetadataAsync(modelName, modelVersion: null, cancellationToken);

    /// <summary>Gets the number of rows per call: one when the first dimension of an input is fixed.</summary>
    public async ValueTask<int> GetRowsPerCallAsync(CancellationToken cancellationToken)
        => (await GetMetadataAsync(cancellationToken)).RequiredInputs.All(input => input.Shape.Rank > 0 && input.Shape[0] == -1) ? rowsPerCall : 1;

    /// <summary>Scores the rows of a request in one call.</summary>
    public async ValueTask<ModelScores> ScoreAsync(InferRequest request, int rows, CancellationToken cancellationToken)
    {
        using var response = await predictor.InferAsync(modelName, modelVersion: null, request, cancellationToken);
        return ModelScores.Of(response, rows);
    }

    /// <summary>Scores rows.</summary>
    /// <param name="table">Table with the names and types of the columns.</param>
    /// <param name="rows">Rows, shape [n, width], n at least 1.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public async ValueTask<ModelScores> ScoreAsync(FeatureTable table, double[] rows, CancellationToken cancellationToken)
    {
        var (count, perCall) = (rows.Length / table.Width, await GetRowsPerCallAsync(cancellationToken));
        if (count <= perCall) return await ScoreAsync(table, rows, 0, count, cancellationToken);
        var calls = new ModelScores[(count + perCall - 1) / perCall];
        var options = new ParallelOptions { MaxDegreeOfParallelism = perCall == 1 ? MaxConcurrentCalls : 1, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls.Length, options, async (call, token) => calls[call] = await ScoreAsync(table, rows, call * perCall, Math.Min(perCall, count - call * perCall), token));
        return new ModelScores([.. calls.SelectMany(call => call.Values)], calls[0].PerRow);
    }

    private async ValueTask<ModelScores> ScoreAsync(FeatureTable table, double[] rows, int first, int count, CancellationToken cancellationToken)
    {
        using var request = table.ToRequest(rows.AsSpan(first * table.Width, count * table.Width));
        return await ScoreAsync(request, count, cancellationToken);
    }
}
