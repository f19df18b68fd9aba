using System.Globalization;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Extracts features with limits of size and time. Long revisions have a concurrency limit; short revisions never wait.</summary>
internal sealed class RevscoringFeatures(LanguageAssets assets, RevscoringOptions options) : IDisposable
{
    // Lift Wing's MWAPI_REVID_CONTENT_THRESHOLD_BYTES, above which it uses a process pool.
    private const int LongChars = 100_000;

    // One processor stays free for short revisions and other work.
    private readonly SemaphoreSlim _long = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Computes values from a revision.</summary>
    /// <param name="revision">Revision with texts of any length.</param>
    /// <param name="given">Given feature values, which take precedence.</param>
    /// <param name="compute">Computation; runs on the calling thread.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="UnscorableInputException">422: the revision is too large, or the computation timed out.</exception>
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
            return compute(new FeatureSolution(new RevisionSources(revision, assets, budget.Token), given));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnscorableInputException(string.Create(
                CultureInfo.InvariantCulture, $"The revision's features took longer than {options.FeatureTimeoutSeconds} s; its wikitext is too complex to be scored."));
        }
    }

    private void Check(string? text, string name)
    {
        if (text is null || text.Length <= options.MaxRevisionBytes / 4) return;
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > options.MaxRevisionBytes)
            throw new UnscorableInputException(string.Create(CultureInfo.InvariantCulture, $"{name} has {bytes} bytes of wikitext; at most {options.MaxRevisionBytes} are scored."));
    }
}
