using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Pages as HTML, by the REST API.</summary>
internal static class PageHtml
{
    private const string MissingRevision = "rest-nonexistent-revision";

    public static async ValueTask<MediaWikiResult<string>> OfTitleAsync(Operation operation, string title)
    {
        if (!TitleBatches.MayBeName(title)) return new(MediaWikiErrors.InvalidTitle("The title has no characters, too many, or such as no title has."));
        return await operation.GetAsync($"w/rest.php/v1/page/{Uri.EscapeDataString(title.Replace(' ', '_'))}/html", answer => Read(answer, "rest-nonexistent-title"));
    }

    public static async ValueTask<MediaWikiResult<string>> OfRevisionAsync(Operation operation, long revisionId)
        => revisionId > 0
            ? await operation.GetAsync(string.Create(CultureInfo.InvariantCulture, $"w/rest.php/v1/revision/{revisionId}/html"), answer => Read(answer, MissingRevision))
            : new(MediaWikiErrors.NotFound(MissingRevision, string.Create(CultureInfo.InvariantCulture, $"The specified revision ({revisionId}) does not exist")));

    private static MediaWikiResult<string> Read(Answer answer, string missingCode)
    {
        if (!answer.IsOk) return new(ErrorOf(answer, missingCode));
        return string.Equals(answer.MediaType, "text/html", StringComparison.OrdinalIgnoreCase) && answer.Body.Length > 0
            ? new(Encoding.UTF8.GetString(answer.Body))
            : new(MediaWikiErrors.Broken(answer.Domain, "is not the HTML that was expected"));
    }

    private static MediaWikiError ErrorOf(Answer answer, string missingCode)
    {
        try
        {
            if (answer.IsJson && JsonSerializer.Deserialize(answer.Body, ApiJson.Default.RestError) is { } error)
            {
                // Not every version of MediaWiki gives the error a key; what is missing is told in words then.
                var key = error.ErrorKey ?? (answer.Status == HttpStatusCode.NotFound && error.Messages is not null ? missingCode : null);
                if (key is not null) return MediaWikiErrors.OfApi(key, error.Messages?.GetValueOrDefault("en"), answer.Status, answer.RetryAfter);
            }
        }
        catch (JsonException)
        {
        }
        return MediaWikiErrors.OfStatus(answer.Status, answer.Domain, answer.RetryAfter);
    }
}
