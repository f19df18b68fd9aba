using System.Globalization;
using System.Text.Json;
using InferenceServices.Contracts.Serving;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>What a valid request asks.</summary>
/// <param name="Wiki">Where the article is.</param>
/// <param name="PageId">The article; 0 when it is named by its title.</param>
/// <param name="PageTitle">As the caller wrote it; null when it is named by its id.</param>
/// <param name="RevisionId">0 for the article as it is now.</param>
/// <param name="Threshold">Least score that is answered, 0 to 1.</param>
/// <param name="Features">Items to be used instead of the article's links.</param>
internal sealed record OutlinkTopicQuery(Wiki Wiki, long PageId, string? PageTitle, long RevisionId, double Threshold, string? Features)
{
    private const double DefaultThreshold = 0.5;

    /// <param name="request">Passed by the validator.</param>
    public static OutlinkTopicQuery Of(OutlinkTopicRequest request)
    {
        var wiki = OutlinkTopicRequestValidator.IsAbsent(request.Lang)
            ? WikiTable.FindByDatabaseName(request.WikiId.GetString()!)
            : WikiTable.FindWikipedia(request.Lang.GetString()!);
        var title = PythonTruth.IsFalse(request.PageTitle) ? null : request.PageTitle.GetString();
        var id = title is null ? request.PageId.GetInt64() : 0;
        return new OutlinkTopicQuery(wiki!, id, title, WholeOf(request.RevisionId), ThresholdOf(request), FeaturesOf(request));
    }

    /// <summary>Its URL, as Lift Wing writes it: titles as the caller wrote them.</summary>
    public string Article => PageTitle is null
        ? string.Create(CultureInfo.InvariantCulture, $"https://{Wiki.Domain}/wiki?curid={PageId}")
        : $"https://{Wiki.Domain}/wiki/{PageTitle}";

    /// <summary>What the answer depends on. An article changes, a revision and a list of items do not.</summary>
    /// <param name="modelVersion">Of the model that answers.</param>
    public CacheKey KeyOf(string modelVersion)
        => new(
            string.Create(CultureInfo.InvariantCulture, $"{modelVersion}\n{Wiki.DatabaseName}\n{PageId}\n{PageTitle}\n{RevisionId}\n{Threshold:R}\n{Features}"),
            IsLasting: RevisionId > 0 || Features is not null);

    private static long WholeOf(JsonElement value) => OutlinkTopicRequestValidator.IsAbsent(value) ? 0 : value.GetInt64();

    private static double ThresholdOf(OutlinkTopicRequest request)
        => !PythonTruth.IsFalse(request.Debug) ? 0
        : request.Threshold.ValueKind == JsonValueKind.Number ? request.Threshold.GetDouble()
        : DefaultThreshold;

    private static string? FeaturesOf(OutlinkTopicRequest request) => PythonTruth.IsFalse(request.FeaturesStr) ? null : request.FeaturesStr.GetString();
}
