namespace InferenceServices.MediaWiki.Client;

/// <summary>Non-generic view of <see cref="MediaWikiResult{T}"/>, for code that only reads the error.</summary>
internal interface IMediaWikiResult
{
    MediaWikiError? Error { get; }
}
