using System.Diagnostics.CodeAnalysis;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.MediaWiki.Client;

/// <summary>What a wiki answered, or why it did not: one of both.</summary>
/// <typeparam name="T">The answer.</typeparam>
public sealed class MediaWikiResult<T> : IMediaWikiResult
    where T : notnull
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(1);

    private readonly T? _value;

    internal MediaWikiResult(T value) => _value = value;

    internal MediaWikiResult(MediaWikiError error) => Error = error;

    /// <summary>Null with an answer.</summary>
    public MediaWikiError? Error { get; }

    /// <summary>Whether there is an answer.</summary>
    /// <param name="value">The answer; null without.</param>
    /// <param name="error">Why there is none; null with one.</param>
    /// <returns>True with an answer.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out MediaWikiError? error)
    {
        (value, error) = (_value, Error);
        // Constructors take one of both.
        return error is null && value is not null;
    }

    /// <summary>One value from either.</summary>
    /// <param name="onValue">From the answer.</param>
    /// <param name="onError">From the error.</param>
    /// <returns>What was made.</returns>
    public TOut Match<TOut>(Func<T, TOut> onValue, Func<MediaWikiError, TOut> onError)
    {
        ArgumentNullException.ThrowIfNull(onValue);
        ArgumentNullException.ThrowIfNull(onError);
        return TryGet(out var value, out var error) ? onValue(value) : onError(error);
    }

    /// <summary>The answer.</summary>
    /// <param name="context">A sentence to come before what the exception says.</param>
    /// <returns>It.</returns>
    /// <exception cref="UpstreamException">There is none: 503 when the wiki is unavailable, 504 when it was too slow, else 502.</exception>
    public T OrThrow(string? context = null)
    {
        if (TryGet(out var value, out var error)) return value;
        var before = context is null ? "" : context + " ";
        throw error.Kind switch
        {
            MediaWikiErrorKind.Unavailable => UpstreamException.Unavailable($"{before}The wiki cannot answer now ({error.Code}); try again later.", error.RetryAfter ?? SoonEnough),
            MediaWikiErrorKind.TimedOut => UpstreamException.TimedOut(before + error.Info),
            _ => UpstreamException.Failed($"{before}The wiki gave no answer ({error.Code}): {error.Info}"),
        };
    }
}
