using InferenceServices.OresLegacy.Hosting;
using InferenceServices.OresLegacy.LiftWing;
using Microsoft.Extensions.Options;

namespace InferenceServices.OresLegacy.Scores;

/// <summary>Gets all scores of a request, with a limit of concurrent calls.</summary>
internal sealed class ScoreReader(LiftWingClient services, IOptions<OresLegacyOptions> options)
{
    // Lift Wing has the model of wp10 as articlequality.
    private const string OldArticleQuality = "wp10";
    private const string ArticleQuality = "articlequality";

    /// <summary>Calls each model for each revision once.</summary>
    /// <returns>A slot for each; the failure of a call is in its slot.</returns>
    public async Task<ScoreSet> ReadAsync(ScoreQuery query, CancellationToken cancellationToken)
    {
        var wanted = query.RevisionIds.Distinct().SelectMany(_ => query.Models.Distinct(), static (revisionId, model) => (revisionId, model)).ToArray();
        var calls = wanted.Select(entry => CallOf(query, entry.revisionId, entry.model)).Distinct().ToArray();
        var slots = new Slot[calls.Length];
        var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxCallsPerRequest, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls.Length, limit, async (i, cancellation) => slots[i] = await services.ScoreAsync(calls[i], cancellation));
        return new ScoreSet(query.Wiki, [.. wanted.Select(entry => (entry.revisionId, entry.model, slots[Array.IndexOf(calls, CallOf(query, entry.revisionId, entry.model))]))]);
    }

    private static ScoreCall CallOf(ScoreQuery query, long revisionId, string model)
        => new(query.Wiki, model == OldArticleQuality ? ArticleQuality : model, revisionId, query.ShowsFeatures);
}
