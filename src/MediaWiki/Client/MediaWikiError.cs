namespace InferenceServices.MediaWiki.Client;

/// <summary>Why a wiki gave no answer.</summary>
/// <param name="Code">
/// MediaWiki's own, as <c>missingtitle</c>, <c>maxlag</c> or <c>rest-nonexistent-title</c>; else one of ours: <c>http-503</c> for a bare status, <c>timeout</c>,
/// <c>connection-failed</c>, <c>broken-answer</c>, <c>answer-too-large</c>, <c>left-alone</c> (its circuit is open), <c>too-many-calls</c> (of ours at once).
/// </param>
/// <param name="Info">A sentence: MediaWiki's own or ours; at most 500 characters.</param>
/// <param name="Kind">What it means.</param>
/// <param name="RetryAfter">When the wiki, or we, said to come back; null without.</param>
public sealed record MediaWikiError(string Code, string Info, MediaWikiErrorKind Kind, TimeSpan? RetryAfter = null);
