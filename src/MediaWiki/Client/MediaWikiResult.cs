using System.Diagnostics.CodeAnalysis;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Result of a call to a wiki: a value or an error.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class MediaWikiResult<T> : IMediaWikiResult
    where T : notnull
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    private readonly T? _value;

    internal MediaWikiResult(T value) => _value = value;

    internal MediaWikiResult(MediaWikiError error) => Error = error;

    /// <summary>The error; null on success.</summary>
    public MediaWikiError? Error { get; }

    /// <summary>Gets the value or the error.</summary>
    /// <param name="value">The value; null on failure.</param>
    /// <param name="error">The error; null on success.</param>
    /// <returns>True on success.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out MediaWikiError? error)
    {
        (value, error) = (_value, Error);
        return error is null && value is not null;
    }

    /// <summary>Returns the value, or throws the error as an exception with an HTTP status.</summary>
    /// <param name="context">Sentence placed before the message of the exception.</param>
    /// <returns>The value.</returns>
    /// <exception cref="UpstreamException">The call failed: 503 if the wiki is unavailable, 504 after a timeout, else 502.</exception>
    public T OrThrow(string? context = null)
    {
        if (TryGet(out var value, out var error)) return value;
        var before = context is null ? "" : context + " ";
        throw error.Kind switch
        {
            MediaWikiErrorKind.Unavailable => UpstreamException.Unavailable($"{before}The wiki cannot answer now ({error.Code}); try again later.", error.RetryAfter ?? DefaultRetryAfter),
            MediaWikiErrorKind.TimedOut => UpstreamException.TimedOut(before + error.Info),
            _ => UpstreamException.Failed($"{before}The wiki sent no valid response ({error.Code}): {error.Info}"),
        };
    }
}
