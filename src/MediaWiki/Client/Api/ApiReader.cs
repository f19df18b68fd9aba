using System.Text.Json;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Answers of the Action API: what they say, or what is wrong with them.</summary>
/// <remarks>Errors come with status 200 as a rule; something in front of the wiki may send any status and any page.</remarks>
internal static class ApiReader
{
    public static MediaWikiResult<ApiAnswer> Read(Answer answer)
    {
        if (TryParse(answer) is not { } read)
        {
            return new(answer.IsOk
                ? MediaWikiErrors.Broken(answer.Domain, "is not the JSON that was expected")
                : MediaWikiErrors.OfStatus(answer.Status, answer.Domain, answer.RetryAfter));
        }
        if (ErrorOf(read) is { } error) return new(MediaWikiErrors.OfApi(error.Code ?? "unknown-error", error.Info ?? error.Text, answer.Status, answer.RetryAfter));
        return answer.IsOk ? new(read) : new(MediaWikiErrors.OfStatus(answer.Status, answer.Domain, answer.RetryAfter));
    }

    private static ApiAnswer? TryParse(Answer answer)
    {
        if (!answer.IsJson) return null;
        try
        {
            return JsonSerializer.Deserialize(answer.Body, ApiJson.Default.ApiAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // One that is there counts, whatever it holds.
    private static ApiError? ErrorOf(ApiAnswer answer)
        => answer.Error ?? (answer.Errors is { Count: > 0 } errors ? errors[0] ?? new ApiError(null, null, null) : null);
}
