namespace InferenceServices.MediaWiki.Client;

/// <summary>Reads the response of a wiki.</summary>
/// <param name="response">Status and body; valid only during the call.</param>
/// <returns>The content, or the error.</returns>
internal delegate MediaWikiResult<T> ResponseReader<T>(ApiResponse response)
    where T : notnull;
