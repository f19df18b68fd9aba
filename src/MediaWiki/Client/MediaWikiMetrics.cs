using System.Diagnostics;
using System.Diagnostics.Metrics;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Client;

/// <summary>What is measured of calls to wikis. Labels have values of ours only: families of the table, and outcomes.</summary>
internal sealed class MediaWikiMetrics
{
    public const string MeterName = "InferenceServices.MediaWiki";

    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] };

    private readonly Histogram<double> _calls;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _refusals;

    public MediaWikiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _calls = meter.CreateHistogram("mediawiki_request", "s", "Time of a call to a wiki, its answer read.", tags: null, Buckets);
        _retries = meter.CreateCounter<long>("mediawiki_retry", description: "Calls to a wiki that were made again.");
        _refusals = meter.CreateCounter<long>("mediawiki_not_sent", description: "Calls to a wiki that were not made, because too many are under way or the wiki is left alone.");
    }

    /// <summary>A call has ended.</summary>
    /// <param name="wiki">Who was asked.</param>
    /// <param name="started">As <see cref="Stopwatch"/> counts.</param>
    /// <param name="outcome">From <see cref="CallOutcome"/>.</param>
    public void Ended(Wiki wiki, long started, string outcome)
    {
        if (_calls.Enabled) _calls.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, TagOf(wiki), new("outcome", outcome));
    }

    /// <summary>A call is made again.</summary>
    public void Retried(Wiki wiki) => _retries.Add(1, TagOf(wiki));

    /// <summary>A call was not made.</summary>
    /// <param name="wiki">Who was not asked.</param>
    /// <param name="reason">The error's code.</param>
    public void NotSent(Wiki wiki, string reason) => _refusals.Add(1, TagOf(wiki), new("reason", reason));

    private static KeyValuePair<string, object?> TagOf(Wiki wiki) => new("family", wiki.Family);
}
