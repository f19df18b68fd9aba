using System.Diagnostics;
using System.Diagnostics.Metrics;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Metrics of calls to wikis. Label values have a fixed set: families of the wiki table, outcomes and error codes of this client.</summary>
internal sealed class MediaWikiMetrics
{
    public const string MeterName = "InferenceServices.MediaWiki";

    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] };

    private readonly Histogram<double> _calls;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _notSent;

    public MediaWikiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _calls = meter.CreateHistogram("mediawiki_request", "s", "Duration of a call to a wiki, including reading the response.", tags: null, Buckets);
        _retries = meter.CreateCounter<long>("mediawiki_retry", description: "Retried calls to a wiki.");
        _notSent = meter.CreateCounter<long>("mediawiki_not_sent", description: "Calls to a wiki that were not sent: concurrency limit reached or circuit open.");
    }

    /// <summary>Records a completed call.</summary>
    /// <param name="wiki">Called wiki.</param>
    /// <param name="started">Start of the call, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="outcome">Value of <see cref="CallOutcome"/>.</param>
    public void RecordCall(Wiki wiki, long started, string outcome)
    {
        if (_calls.Enabled) _calls.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, FamilyOf(wiki), new("outcome", outcome));
    }

    /// <summary>Counts a retry.</summary>
    public void RecordRetry(Wiki wiki) => _retries.Add(1, FamilyOf(wiki));

    /// <summary>Counts a call that was not sent.</summary>
    /// <param name="wiki">Wiki of the call.</param>
    /// <param name="reason">Code of the error.</param>
    public void RecordNotSent(Wiki wiki, string reason) => _notSent.Add(1, FamilyOf(wiki), new("reason", reason));

    private static KeyValuePair<string, object?> FamilyOf(Wiki wiki) => new("family", wiki.Family);
}
