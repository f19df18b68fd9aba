using InferenceServices.ModelTools.Predict;

namespace InferenceServices.ModelTools.Tune;

/// <summary>Compares settings of a model under load, by successive halving: each round measures the remaining settings for twice as long, and retains the better half.</summary>
/// <remarks>Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.</remarks>
/// <param name="model">The model.</param>
/// <param name="requests">Requests to send, as JSON.</param>
/// <param name="callers">Number of concurrent requests.</param>
/// <param name="objective">What the settings are chosen for.</param>
/// <param name="progress">Receives a line per trial.</param>
internal sealed class TuneRun(TunedModel model, IReadOnlyList<string> requests, int callers, TuneObjective objective, TextWriter progress)
{
    private const int Pairs = 5;

    /// <summary>Finds the best settings.</summary>
    /// <param name="candidates">Settings to compare; one or more.</param>
    /// <param name="duration">Duration of a trial in the first round.</param>
    /// <param name="cancellationToken">Stops the trials.</param>
    public async Task<TuneSettings> FindBestAsync(IReadOnlyList<TuneSettings> candidates, TimeSpan duration, CancellationToken cancellationToken)
    {
        // The code of this process is compiled while it runs, which would be at the expense of the first trial.
        await MeasureAsync(null, duration, cancellationToken);
        for (var round = 1; candidates.Count > 1; round++, duration *= 2)
        {
            var results = new List<(TuneSettings Settings, LoadResult Result)>();
            foreach (var settings in candidates)
            {
                var result = await MeasureAsync(settings, duration, cancellationToken);
                results.Add((settings, result));
                progress.WriteLine($"round {round}, {settings}: {result}");
            }
            candidates = [.. results.OrderByDescending(result => result.Result.Score(objective)).Take((results.Count + 1) / 2).Select(static result => result.Settings)];
        }
        return candidates[0];
    }

    /// <summary>Measures settings and the current settings in turn, so that other work of the machine affects both.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="duration">Duration of a trial.</param>
    /// <param name="cancellationToken">Stops the trials.</param>
    public async Task<TuneComparison> CompareAsync(TuneSettings settings, TimeSpan duration, CancellationToken cancellationToken)
    {
        var pairs = new List<(LoadResult Current, LoadResult Result)>();
        while (pairs.Count < Pairs)
        {
            var pair = (Current: await MeasureAsync(null, duration, cancellationToken), Result: await MeasureAsync(settings, duration, cancellationToken));
            pairs.Add(pair);
            progress.WriteLine($"comparison {pairs.Count} of {Pairs}, current settings: {pair.Current}");
            progress.WriteLine($"comparison {pairs.Count} of {Pairs}, {settings}: {pair.Result}");
        }
        return new TuneComparison(objective, pairs);
    }

    private async Task<LoadResult> MeasureAsync(TuneSettings? settings, TimeSpan duration, CancellationToken cancellationToken)
    {
        string[] switches = settings is null ? [] : [$"--max_batch_size={settings.MaxBatchSize}"];
        await using var server = await LocalServer.StartAsync(model.CopyWith(settings), model.Name, cancellationToken, switches);
        using var load = new LoadGenerator(server.Address, model.Name, requests, callers);
        return await load.RunAsync(duration, cancellationToken);
    }
}
