using System.Globalization;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.EventGate.Events;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>A validated request.</summary>
/// <param name="Wiki">Wiki of the article.</param>
/// <param name="PageId">Page id; 0 if the request has a title.</param>
/// <param name="PageTitle">Title as in the request or event; null if the request has an id.</param>
/// <param name="RevisionId">Revision id; 0 for the current revision.</param>
/// <param name="Threshold">Minimum score of a returned topic, 0 to 1.</param>
/// <param name="Features">Items used instead of the links of the article.</param>
/// <param name="Event">Source event; null for a request without an event.</param>
internal sealed record OutlinkTopicQuery(
    Wiki Wiki, long PageId, string? PageTitle, long RevisionId, double Threshold, string? Features, MediaWikiEvent? Event = null)
{
    private const double DefaultThreshold = 0.5;

    /// <summary>Creates a query from a valid request.</summary>
    /// <param name="request">Validated request.</param>
    /// <exception cref="InvalidInputException">400: the event is not supported.</exception>
    public static OutlinkTopicQuery Of(OutlinkTopicRequest request)
    {
        if (!RequestField.IsAbsent(request.Event)) return OfEvent(MediaWikiEvent.Read(request.Event), request);
        var wiki = RequestField.IsAbsent(request.Lang)
            ? WikiTable.FindByDatabaseName(request.WikiId.GetString()!)
            : WikiTable.FindWikipedia(request.Lang.GetString()!);
        var title = PythonTruthiness.IsFalsy(request.PageTitle) ? null : request.PageTitle.GetString();
        var id = title is null ? IntegerOf(request.PageId) : 0;
        return new OutlinkTopicQuery(wiki!, id, title, IntegerOf(request.RevisionId), ThresholdOf(request), FeaturesOf(request));
    }

    /// <summary>URL of the article as in Lift Wing; the title is not normalized.</summary>
    public string Article => PageTitle is null
        ? string.Create(CultureInfo.InvariantCulture, $"https://{Wiki.Domain}/wiki?curid={PageId}")
        : $"https://{Wiki.Domain}/wiki/{PageTitle}";

    /// <summary>
    /// Gets the source event of a prediction to publish; null for a request without an event, and for a prediction that is not of the event's revision:
    /// from items or a revision of the client.
    /// </summary>
    public MediaWikiEvent? PublishedEvent => Features is null && RevisionId == Event?.RevisionId ? Event : null;

    /// <summary>Returns the cache key. An article can change; a revision and a list of items cannot.</summary>
    /// <param name="modelVersion">Version of the model.</param>
    /// <returns>Null for an event, which always makes a prediction and sends an event.</returns>
    public CacheKey? KeyOf(string modelVersion)
        => Event is not null ? null : new CacheKey(
            string.Create(CultureInfo.InvariantCulture, $"{modelVersion}\n{Wiki.DatabaseName}\n{PageId}\n{PageTitle}\n{RevisionId}\n{Threshold:R}\n{Features}"),
            IsLasting: RevisionId > 0 || Features is not null);

    private static OutlinkTopicQuery OfEvent(MediaWikiEvent change, OutlinkTopicRequest request)
    {
        if (change.Domain?.Contains("wikipedia", StringComparison.Ordinal) != true)
            throw new InvalidInputException("This model is not recommended for use in projects outside of Wikipedia — e.g. Wiktionary, Wikinews, etc.");
        if (WikiTable.FindByDatabaseName(change.DatabaseName) is not { IsOnWikipedia: true } wiki)
            throw new InvalidInputException($"Unknown wiki_id: {RequestField.Quote(change.DatabaseName)}");
        var revisionId = IntegerOf(request.RevisionId) is > 0 and var requested ? requested : change.RevisionId;
        return new OutlinkTopicQuery(wiki, change.PageId, change.PageTitle, revisionId, ThresholdOf(request), FeaturesOf(request), change);
    }

    private static long IntegerOf(JsonElement value) => RequestField.TryReadInteger(value, out var number) ? number : 0;

    private static double ThresholdOf(OutlinkTopicRequest request)
        => !PythonTruthiness.IsFalsy(request.Debug) ? 0
        : request.Threshold.ValueKind == JsonValueKind.Number ? request.Threshold.GetDouble()
        : DefaultThreshold;

    private static string? FeaturesOf(OutlinkTopicRequest request) => PythonTruthiness.IsFalsy(request.FeaturesStr) ? null : request.FeaturesStr.GetString();
}
