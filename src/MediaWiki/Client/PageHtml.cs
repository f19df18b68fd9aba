using System.Globalization;
using System.Text;
using System.Text.Json;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Pages as HTML, by the REST API.</summary>
internal static class PageHtml
{
    public static async ValueTask<MediaWikiResult<string>> OfTitleAsync(Operation operation, string title)
    {
        if (!TitleBatches.MayBeName(title)) return new(MediaWikiErrors.InvalidTitle("The title has no characters, too many, or such as no title has."));
        return await operation.GetAsync($"w/rest.php/v1/page/{Uri.EscapeDataString(title.Replace(' ', '_'))}/html", Read);
    }

    public static async ValueTask<MediaWikiResult<string>> OfRevisionAsync(Operation operation, long revisionId)
        => revisionId > 0
            ? await operation.GetAsync(string.Create(CultureInfo.InvariantCulture, $"w/rest.php/v1/revision/{revisionId}/html"), Read)
            : new(MediaWikiErrors.NotFound("rest-nonexistent-revision", string.Create(CultureInfo.InvariantCulture, $"The specified revision ({revisionId}) does not exist")));

    private static MediaWikiResult<string> Read(Answer answer)
    {
        if (!answer.IsOk) return new(ErrorOf(answer));
        return string.Equals(answer.MediaType, "text/html", StringComparison.OrdinalIgnoreCase) && answer.Body.Length > 0
            ? new(Encoding.UTF8.GetString(answer.Body))
            : new(MediaWikiErrors.Broken(answer.Domain, "is not the HTML that was expected"));
    }

    private static MediaWikiError ErrorOf(Answer answer)
    {
        try
        {
            if (answer.IsJson && JsonSerializer.Deserialize(answer.Body, ApiJson.Default.RestError) is { ErrorKey: { } key } error)
                return MediaWikiErrors.OfApi(key, error.Messages?.GetValueOrDefault("en"), answer.Status, answer.RetryAfter);
        }
        catch (JsonException)
        {
        }
        return MediaWikiErrors.OfStatus(answer.Status, answer.Domain, answer.RetryAfter);
    }
}
