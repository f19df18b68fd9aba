using System.Globalization;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>
/// The deadline of a call: cancels the call's token, and the call itself sends the status. The gRPC library would complete the response in a timer, even
/// while another thread writes a message; the message would then be in buffers that belong to other calls.
/// </summary>
internal sealed class CallDeadline : IDisposable
{
    private const string Header = "grpc-timeout";
    private const int MaxDigits = 8;

    private readonly HttpContext _http;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _either;

    private CallDeadline(HttpContext http, TimeSpan timeout)
    {
        (_http, _aborted) = (http, http.RequestAborted);
        _expiry = new CancellationTokenSource(timeout);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_aborted, _expiry.Token);
        http.RequestAborted = _either.Token;
        http.Features.Set(this);
    }

    /// <summary>Starts the deadline that a client sent, and hides it from the gRPC library.</summary>
    /// <returns>Null without a deadline.</returns>
    /// <exception cref="InvalidInputException">The header is not a timeout: 400. The library would ignore it, and the call would have no deadline.</exception>
    public static CallDeadline? Start(HttpContext http)
    {
        var headers = http.Request.Headers;
        // Another request is for the library to reject.
        if (!headers.TryGetValue(Header, out var text) || !UnknownMethod.IsCalled(http.Request)) return null;
        if (!TryParse(text.ToString(), out var timeout))
            throw new InvalidInputException($"grpc-timeout should be at most {MaxDigits} digits and one of the units H, M, S, m, u and n, got '{text}'");
        headers.Remove(Header);
        return timeout.TotalMilliseconds > int.MaxValue ? null : new CallDeadline(http, timeout);
    }

    /// <summary>Returns whether the deadline of a call has passed.</summary>
    public static bool HasPassed(HttpContext http) => http.Features.Get<CallDeadline>()?._expiry.IsCancellationRequested == true;

    /// <summary>Ends the deadline.</summary>
    public void Dispose()
    {
        _http.RequestAborted = _aborted;
        _either.Dispose();
        _expiry.Dispose();
    }

    /// <summary>Parses the value of the header: at most eight digits and a unit.</summary>
    /// <remarks>gRPC over HTTP/2, "Timeout".</remarks>
    internal static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        long? ticks = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => null,
        };
        if (ticks is not { } unit) return false;
        timeout = unit == 0 ? TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick) : TimeSpan.FromTicks(value * unit);
        return true;
    }
}
