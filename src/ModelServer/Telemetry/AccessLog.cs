using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Logs a line for each request except probes. The only text from the client is the request ID, at the end of the line.</summary>
/// <remarks>Field names are those of KServe's trace log, <c>kserve.trace</c>. Like KServe, the line has 0 for a stage that did not run.</remarks>
internal sealed class AccessLog(ILogger<AccessLog> logger, IOptions<TelemetryOptions> options)
{
    private readonly bool _isEnabled = options.Value.EnableAccessLog;

    /// <summary>Logs a request.</summary>
    /// <param name="http">The request, or the stream of the message.</param>
    /// <param name="record">Completed.</param>
    public void Write(HttpContext http, RequestRecord record)
    {
        if (!_isEnabled || !logger.IsEnabled(LogLevel.Information)) return;
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<ProbeAttribute>() is not null) return;
        var code = StatusName.Of(record, http.Response.StatusCode);
        var total = RequestRecord.ToMilliseconds(record.Elapsed);
        if (record.Protocol == RequestProtocol.None)
        {
            Log.RequestEnded(logger, http.Request.Method is { Length: <= 7 } method ? method : "-", (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-", code, total, record.RequestId);
            return;
        }
        Log.InferenceEnded(
            logger,
            record.ModelName,
            record.ProtocolName,
            code,
            total,
            RequestRecord.ToMilliseconds(record.QueueTime),
            RequestRecord.ToMilliseconds(record[Stage.Preprocess]),
            RequestRecord.ToMilliseconds(record[Stage.Predict]),
            RequestRecord.ToMilliseconds(record[Stage.Postprocess]),
            RequestRecord.ToMilliseconds(record[Stage.Explain]),
            record.RequestId);
    }
}
