using System.Net.Http.Headers;

namespace InferenceServices.Http;

/// <summary>Reads <c>Retry-After</c> as a delay.</summary>
/// <remarks>RFC 9110, section 10.2.3: seconds, or a date.</remarks>
public static class RetryAfter
{
    /// <summary>Reads an HTTP header.</summary>
    /// <param name="header">Value of the header.</param>
    /// <param name="time">Clock, for a date.</param>
    /// <returns>The delay, 0 or more; null without the header.</returns>
    public static TimeSpan? Read(RetryConditionHeaderValue? header, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var delay = header?.Date is { } date ? date - time.GetUtcNow() : header?.Delta;
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    /// <summary>Reads a text, such as an entry of gRPC metadata.</summary>
    /// <param name="text">Value of the header.</param>
    /// <param name="time">Clock, for a date.</param>
    /// <returns>The delay, 0 or more; null if the text is missing or malformed.</returns>
    public static TimeSpan? Read(string? text, TimeProvider time)
        => RetryConditionHeaderValue.TryParse(text, out var header) ? Read(header, time) : null;
}
