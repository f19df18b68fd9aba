using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>A line for each request that ended, but for probes. It names what there is here; of what the caller sent it has the request's name alone, at its end.</summary>
/// <remarks>The names of an inference's times are those of KServe's trace log, <c>kserve.trace</c>; it writes 0 for a stage that was not gone through, as we do.</remarks>
internal sealed class AccessLog(ILogger<AccessLog> logger, IOptions<TelemetryOptions> options)
{
    private readonly bool _isEnabled = options.Value.EnableAccessLog;

    /// <param name="http">The request, or the stream it came in.</param>
    /// <param name="record">Complete.</param>
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
