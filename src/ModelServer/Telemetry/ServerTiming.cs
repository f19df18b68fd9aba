using System.Globalization;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>What a request's stages took, told to who asks: in a header of the answer, or in the parameters of a V2 answer.</summary>
/// <remarks>W3C Server Timing, whose durations are milliseconds; it has no word for asking.</remarks>
internal static class ServerTiming
{
    public const string RequestHeader = "x-server-timing";
    public const string Parameter = "server_timing";

    private const string ResponseHeader = "Server-Timing";

    /// <summary>Whether a V2 request asks.</summary>
    /// <exception cref="InvalidInputException">The parameter is neither true nor false: 400.</exception>
    public static bool IsAskedFor(InferRequest request)
        => request.Parameters is { } parameters && parameters.TryGetValue(Parameter, out var given)
            && (given.Truth ?? throw new InvalidInputException($"parameters.{Parameter} should be true or false"));

    /// <summary>As parameters; those there are stay.</summary>
    public static InferResponse AddTo(InferResponse response, RequestRecord record)
    {
        var parameters = response.Parameters is { } given
            ? new Dictionary<string, InferParameter>(given, StringComparer.Ordinal)
            : new Dictionary<string, InferParameter>(StringComparer.Ordinal);
        foreach (var (name, milliseconds) in Times(record)) parameters[$"{name}_ms"] = InferParameter.Of(milliseconds);
        return response with { Parameters = parameters };
    }

    /// <summary>As a header, for a request whose header asks.</summary>
    /// <param name="http">Its answer is not yet sent.</param>
    /// <param name="record">All stages have ended.</param>
    public static void Send(HttpContext http, RequestRecord record)
    {
        if (!http.Request.Headers.TryGetValue(RequestHeader, out var asked) || !bool.TryParse(asked, out var wanted) || !wanted) return;
        var text = new StringBuilder();
        foreach (var (name, milliseconds) in Times(record))
            text.Append(text.Length == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"{name};dur={milliseconds:0.###}");
        http.Response.Headers[ResponseHeader] = text.ToString();
    }

    private static IEnumerable<(string Name, double Milliseconds)> Times(RequestRecord record)
    {
        if (record.Queue is { } queue) yield return ("queue", RequestRecord.Milliseconds(queue));
        for (var stage = 0; stage < StageName.Count; stage++)
            if (record[(Stage)stage] is { } elapsed) yield return (StageName.Of((Stage)stage), RequestRecord.Milliseconds(elapsed));
        yield return ("total", RequestRecord.Milliseconds(record.Elapsed));
    }
}
