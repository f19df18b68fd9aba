using System.Globalization;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.EventGate.Events;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>What a valid request asks.</summary>
/// <param name="Wiki">Where the article is.</param>
/// <param name="PageId">The article; 0 when a caller names it by its title.</param>
/// <param name="PageTitle">As the caller or the event has it; null when it is named by its id.</param>
/// <param name="RevisionId">0 for the article as it is now.</param>
/// <param name="Threshold">Least score that is answered, 0 to 1.</param>
/// <param name="Features">Items to be used instead of the article's links.</param>
/// <param name="Event">The change that is predicted for; null for a caller who only wants to know.</param>
internal sealed record OutlinkTopicQuery(
    Wiki Wiki, long PageId, string? PageTitle, long RevisionId, double Threshold, string? Features, MediaWikiEvent? Event = null)
{
    private const double DefaultThreshold = 0.5;

    /// <param name="request">Passed by the validator.</param>
    /// <exception cref="InvalidInputException">An event that nothing can be predicted for: 400.</exception>
    public static OutlinkTopicQuery Of(OutlinkTopicRequest request)
    {
        if (!OutlinkTopicRequestValidator.IsAbsent(request.Event)) return OfEvent(MediaWikiEvent.Read(request.Event), request);
        var wiki = OutlinkTopicRequestValidator.IsAbsent(request.Lang)
            ? WikiTable.FindByDatabaseName(request.WikiId.GetString()!)
            : WikiTable.FindWikipedia(request.Lang.GetString()!);
        var title = PythonTruthiness.IsFalsy(request.PageTitle) ? null : request.PageTitle.GetString();
        var id = title is null ? request.PageId.GetInt64() : 0;
        return new OutlinkTopicQuery(wiki!, id, title, WholeOf(request.RevisionId), ThresholdOf(request), FeaturesOf(request));
    }

    /// <summary>Its URL, as Lift Wing writes it: titles as the caller wrote them.</summary>
    public string Article => PageTitle is null
        ? string.Create(CultureInfo.InvariantCulture, $"https://{Wiki.Domain}/wiki?curid={PageId}")
        : $"https://{Wiki.Domain}/wiki/{PageTitle}";

    /// <summary>What the answer depends on. An article changes, a revision and a list of items do not.</summary>
    /// <param name="modelVersion">Of the model that answers.</param>
    /// <returns>Null for an event: it is predicted for, and told of, each time it comes.</returns>
    public CacheKey? KeyOf(string modelVersion)
        => Event is not null ? null : new CacheKey(
            string.Create(CultureInfo.InvariantCulture, $"{modelVersion}\n{Wiki.DatabaseName}\n{PageId}\n{PageTitle}\n{RevisionId}\n{Threshold:R}\n{Features}"),
            IsLasting: RevisionId > 0 || Features is not null);

    private static OutlinkTopicQuery OfEvent(MediaWikiEvent change, OutlinkTopicRequest request)
    {
        if (change.Domain?.Contains("wikipedia", StringComparison.Ordinal) != true)
            throw new InvalidInputException("This model is not recommended for use in projects outside of Wikipedia — e.g. Wiktionary, Wikinews, etc.");
        if (WikiTable.FindByDatabaseName(change.DatabaseName) is not { IsWikipedia: true } wiki)
            throw new InvalidInputException($"Unknown wiki_id: {OutlinkTopicRequestValidator.Quote(change.DatabaseName)}");
        var revisionId = WholeOf(request.RevisionId) is > 0 and var given ? given : change.RevisionId;
        return new OutlinkTopicQuery(wiki, change.PageId, change.PageTitle, revisionId, ThresholdOf(request), FeaturesOf(request), change);
    }

    private static long WholeOf(JsonElement value) => OutlinkTopicRequestValidator.IsAbsent(value) ? 0 : value.GetInt64();

    private static double ThresholdOf(OutlinkTopicRequest request)
        => !PythonTruthiness.IsFalsy(request.Debug) ? 0
        : request.Threshold.ValueKind == JsonValueKind.Number ? request.Threshold.GetDouble()
        : DefaultThreshold;

    private static string? FeaturesOf(OutlinkTopicRequest request) => PythonTruthiness.IsFalsy(request.FeaturesStr) ? null : request.FeaturesStr.GetString();
}
