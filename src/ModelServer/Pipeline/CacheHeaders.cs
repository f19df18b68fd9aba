using System.Globalization;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Response headers of the response cache; metadata over gRPC.</summary>
/// <remarks>RFC 9111: <c>Age</c> and <c>max-age</c> count seconds since the response was computed. <c>x-cache</c> is the header of proxies.</remarks>
internal static class CacheHeaders
{
    private static readonly string[] Names = ["", "hit", "coalesced", "miss"];

    /// <summary>Returns the name of an outcome in the header and in metrics.</summary>
    public static string NameOf(CacheOutcome outcome) => Names[(int)outcome];

    /// <param name="http">Context whose response has not started.</param>
    /// <param name="record">All stages have ended.</param>
    public static void Send(HttpContext http, RequestRecord record)
    {
        if (record.CacheOutcome == CacheOutcome.None) return;
        var headers = http.Response.Headers;
        headers["x-cache"] = NameOf(record.CacheOutcome);
        headers.CacheControl = record.CacheLifetime is { } lifetime
            ? string.Create(CultureInfo.InvariantCulture, $"max-age={(long)lifetime.TotalSeconds}")
            : "no-cache";
        if (record.CacheOutcome == CacheOutcome.Hit) headers.Age = ((long)record.CacheAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
