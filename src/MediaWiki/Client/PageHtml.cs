using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Gets pages as HTML from the REST API.</summary>
internal static class PageHtml
{
    private const string MissingRevision = "rest-nonexistent-revision";

    public static async ValueTask<MediaWikiResult<string>> GetByTitleAsync(WikiOperation operation, string title)
    {
        if (!TitleBatches.IsValidName(title)) return new(TitleBatches.InvalidTitle);
        return await operation.GetAsync($"w/rest.php/v1/page/{Uri.EscapeDataString(title.Replace(' ', '_'))}/html", response => Read(response, "rest-nonexistent-title"));
    }

    public static async ValueTask<MediaWikiResult<string>> GetByRevisionAsync(WikiOperation operation, long revisionId)
        => revisionId > 0
            ? await operation.GetAsync(string.Create(CultureInfo.InvariantCulture, $"w/rest.php/v1/revision/{revisionId}/html"), response => Read(response, MissingRevision))
            : new(MediaWikiErrors.NotFound(MissingRevision, string.Create(CultureInfo.InvariantCulture, $"The specified revision ({revisionId}) does not exist")));

    private static MediaWikiResult<string> Read(ApiResponse response, string missingCode)
    {
        if (!response.IsOk) return new(ErrorOf(response, missingCode));
        return string.Equals(response.MediaType, "text/html", StringComparison.OrdinalIgnoreCase) && response.Body.Length > 0
            ? new(Encoding.UTF8.GetString(response.Body))
            : new(MediaWikiErrors.InvalidResponse(response.Domain, "is not the HTML that was expected"));
    }

    private static MediaWikiError ErrorOf(ApiResponse response, string missingCode)
    {
        try
        {
            if (response.IsJson && JsonSerializer.Deserialize(response.Body, ApiJson.Default.RestError) is { } error)
            {
                // Older versions of MediaWiki send no error key; a 404 with messages then means a missing page or revision.
                var key = error.ErrorKey ?? (response.Status == HttpStatusCode.NotFound && error.Messages is not null ? missingCode : null);
                if (key is not null) return MediaWikiErrors.FromApi(key, error.Messages?.GetValueOrDefault("en"), response.Status, response.RetryAfter);
            }
        }
        catch (JsonException)
        {
        }
        return MediaWikiErrors.FromStatus(response.Status, response.Domain, response.RetryAfter);
    }
}
