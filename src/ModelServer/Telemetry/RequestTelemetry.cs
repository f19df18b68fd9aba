using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Where records come from, and where they go.</summary>
internal sealed class RequestTelemetry(RequestMetrics metrics, AccessLog log)
{
    private readonly ObjectPool<RequestRecord> _records = ObjectPool.Create<RequestRecord>();

    /// <summary>A record of a request that has come; every one is ended.</summary>
    public RequestRecord Open()
    {
        var record = _records.Get();
        record.Open();
        return record;
    }

    /// <summary>It is an inference; from now on it is in flight.</summary>
    /// <returns>The same record.</returns>
    public RequestRecord Begin(RequestRecord record, RequestProtocol protocol)
    {
        metrics.Begin();
        record.Begin(protocol);
        return record;
    }

    /// <summary>It is over and nobody writes into it any more. Its answer may not have left yet: who sees the answer finds it counted.</summary>
    /// <param name="record">Of the request, or of one message in its stream.</param>
    /// <param name="http">The request.</param>
    public void End(RequestRecord record, HttpContext http)
    {
        record.Leave();
        if (record.Protocol != RequestProtocol.None) metrics.End(record, StatusName.Of(record, http.Response.StatusCode));
        log.Write(http, record);
        _records.Return(record);
    }
}
