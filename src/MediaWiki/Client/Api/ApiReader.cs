using System.Text.Json;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Reads responses of the Action API.</summary>
/// <remarks>The API usually reports errors with status 200; a proxy in front of the wiki may send any status and body.</remarks>
internal static class ApiReader
{
    public static MediaWikiResult<ApiBody> Read(ApiResponse response)
    {
        if (TryParse(response) is not { } body)
        {
            return new(response.IsOk
                ? MediaWikiErrors.InvalidResponse(response.Domain, "is not the JSON that was expected")
                : MediaWikiErrors.FromStatus(response.Status, response.Domain, response.RetryAfter));
        }
        if (ErrorOf(body) is { } error) return new(MediaWikiErrors.FromApi(error.Code ?? "unknown-error", error.Info ?? error.Text, response.Status, response.RetryAfter));
        return response.IsOk ? new(body) : new(MediaWikiErrors.FromStatus(response.Status, response.Domain, response.RetryAfter));
    }

    private static ApiBody? TryParse(ApiResponse response)
    {
        if (!response.IsJson) return null;
        try
        {
            return JsonSerializer.Deserialize(response.Body, ApiJson.Default.ApiBody);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // An error member counts even if it is empty.
    private static ApiError? ErrorOf(ApiBody body)
        => body.Error ?? (body.Errors is { Count: > 0 } errors ? errors[0] ?? new ApiError(null, null, null) : null);
}
