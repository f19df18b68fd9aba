using System.Net.Http.Headers;

namespace InferenceServices.Http;

/// <summary>A predictor's <c>Retry-After</c> as the wait it means.</summary>
/// <remarks>RFC 9110, section 10.2.3: seconds, or a date.</remarks>
public static class RetryAfter
{
    /// <summary>Over HTTP.</summary>
    /// <returns>0 or more; null without the header.</returns>
    public static TimeSpan? Read(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wait = header?.Date is { } date ? date - time.GetUtcNow() : header?.Delta;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>In gRPC's metadata.</summary>
    /// <returns>0 or more; null for none, and for what is no <c>Retry-After</c>.</returns>
    public static TimeSpan? Read(string? text, TimeProvider time)
        => RetryConditionHeaderValue.TryParse(text, out var header) ? Read(header, time) : null;
}
