using System.Globalization;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Adds the stage times of a request to its response on request: as a header, or as parameters of a V2 response.</summary>
/// <remarks>W3C Server Timing, with durations in milliseconds. The standard does not define how a client requests the header.</remarks>
internal static class ServerTiming
{
    public const string RequestHeader = "x-server-timing";
    public const string Parameter = "server_timing";

    private const string ResponseHeader = "Server-Timing";

    /// <summary>Returns whether the parameters of a V2 request request stage times.</summary>
    /// <exception cref="InvalidInputException">The parameter is not a boolean: 400.</exception>
    public static bool IsRequested(InferRequest request)
        => request.Parameters is { } parameters && parameters.TryGetValue(Parameter, out var parameter)
            && (parameter.BoolValue ?? throw new InvalidInputException($"parameters.{Parameter} should be true or false"));

    /// <summary>Adds stage times to the parameters of a response.</summary>
    /// <returns>A response that also has the existing parameters.</returns>
    public static InferResponse AddParameters(InferResponse response, RequestRecord record)
    {
        var parameters = response.Parameters is { } existing
            ? new Dictionary<string, InferParameter>(existing, StringComparer.Ordinal)
            : new Dictionary<string, InferParameter>(StringComparer.Ordinal);
        foreach (var (name, milliseconds) in GetTimes(record)) parameters[$"{name}_ms"] = InferParameter.Of(milliseconds);
        return response with { Parameters = parameters };
    }

    /// <summary>Adds the response header if the request header requests it.</summary>
    /// <param name="http">The response has not started.</param>
    /// <param name="record">All stages have ended.</param>
    public static void AddHeader(HttpContext http, RequestRecord record)
    {
        if (!http.Request.Headers.TryGetValue(RequestHeader, out var header) || !bool.TryParse(header, out var isRequested) || !isRequested) return;
        var text = new StringBuilder();
        foreach (var (name, milliseconds) in GetTimes(record))
            text.Append(text.Length == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"{name};dur={milliseconds:0.###}");
        http.Response.Headers[ResponseHeader] = text.ToString();
    }

    private static IEnumerable<(string Name, double Milliseconds)> GetTimes(RequestRecord record)
    {
        if (record.QueueTime is { } queue) yield return ("queue", RequestRecord.ToMilliseconds(queue));
        for (var stage = 0; stage < StageName.Count; stage++)
            if (record[(Stage)stage] is { } elapsed) yield return (StageName.Of((Stage)stage), RequestRecord.ToMilliseconds(elapsed));
        yield return ("total", RequestRecord.ToMilliseconds(record.Elapsed));
    }
}
