namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>What every answer of the API may have.</summary>
internal interface IApiAnswer
{
    ApiError? Error { get; }

    IReadOnlyList<ApiError?>? Errors { get; }
}
