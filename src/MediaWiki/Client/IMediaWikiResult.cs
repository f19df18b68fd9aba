namespace InferenceServices.MediaWiki.Client;

/// <summary>A result of any type, for who looks at errors only.</summary>
internal interface IMediaWikiResult
{
    MediaWikiError? Error { get; }
}
