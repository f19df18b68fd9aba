namespace InferenceServices.MediaWiki.Client;

/// <summary>Why a call to a wiki failed.</summary>
/// <param name="Code">
/// MediaWiki's error code, such as <c>missingtitle</c>, <c>maxlag</c> or <c>rest-nonexistent-title</c>, or a code of this client: <c>http-503</c> for a status
/// without a readable body, <c>timeout</c>, <c>connection-failed</c>, <c>broken-answer</c>, <c>answer-too-large</c>, <c>circuit_open</c> (circuit breaker open)
/// or <c>too-many-calls</c> (concurrency limit of this client).
/// </param>
/// <param name="Info">Error sentence of MediaWiki or of this client; at most 500 characters.</param>
/// <param name="Kind">Category of the error.</param>
/// <param name="RetryAfter">Time to wait before the next call; null if unknown.</param>
public sealed record MediaWikiError(string Code, string Info, MediaWikiErrorKind Kind, TimeSpan? RetryAfter = null);
