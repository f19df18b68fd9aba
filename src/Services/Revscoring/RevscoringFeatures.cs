using System.Globalization;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Extracts a revision's features within a budget of size and time. Long revisions wait for each other, never short ones for them.</summary>
internal sealed class RevscoringFeatures(EnglishAssets english, RevscoringOptions options) : IDisposable
{
    // Lift Wing's bound between what it computes at once and what it gives to a pool, MWAPI_REVID_CONTENT_THRESHOLD_BYTES.
    private const int LongChars = 100_000;

    // One processor is always left to short revisions and to all else.
    private readonly SemaphoreSlim _long = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Computes values.</summary>
    /// <param name="revision">Its texts of any length.</param>
    /// <param name="given">Values to take for those of features.</param>
    /// <param name="compute">What to compute; runs on the caller's thread.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <exception cref="UnscorableInputException">The revision is too large, or took too long: 422.</exception>
    public async ValueTask<T> ComputeAsync<T>(
        RevisionInput revision, IReadOnlyDictionary<string, double>? given, Func<FeatureSolution, T> compute, CancellationToken cancellationToken)
    {
        Check(revision.Text, "The revision");
        Check(revision.ParentText, "The revision's parent");
        if ((revision.Text?.Length ?? 0) + (revision.ParentText?.Length ?? 0) < LongChars) return Compute(revision, given, compute, cancellationToken);

        await _long.WaitAsync(cancellationToken);
        try
        {
            return Compute(revision, given, compute, cancellationToken);
        }
        finally
        {
            _long.Release();
        }
    }

    public void Dispose() => _long.Dispose();

    private T Compute<T>(RevisionInput revision, IReadOnlyDictionary<string, double>? given, Func<FeatureSolution, T> compute, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(TimeSpan.FromSeconds(options.FeatureTimeoutSeconds));
        try
        {
            return compute(new FeatureSolution(new RevisionSources(revision, english, budget.Token), given));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnscorableInputException(string.Create(
                CultureInfo.InvariantCulture, $"The revision's features took longer than {options.FeatureTimeoutSeconds} s; its wikitext is too tangled to be scored."));
        }
    }

    private void Check(string? text, string whose)
    {
        if (text is null || text.Length <= options.MaxRevisionBytes / 4) return;
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > options.MaxRevisionBytes)
            throw new UnscorableInputException(string.Create(CultureInfo.InvariantCulture, $"{whose} has {bytes} bytes of wikitext; at most {options.MaxRevisionBytes} are scored."));
    }
}
