using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Creates the record of each request, and writes it to metrics and the access log when the request ends.</summary>
internal sealed class RequestTelemetry(RequestMetrics metrics, AccessLog log)
{
    private readonly ObjectPool<RequestRecord> _records = ObjectPool.Create<RequestRecord>();

    /// <summary>Starts a request. The caller ends every record with <see cref="EndRequest"/>.</summary>
    public RequestRecord StartRequest()
    {
        var record = _records.Get();
        record.Start();
        return record;
    }

    /// <summary>Marks a request as an inference and counts it as in flight.</summary>
    /// <returns>The same record.</returns>
    public RequestRecord StartInference(RequestRecord record, RequestProtocol protocol)
    {
        metrics.StartInference();
        record.StartInference(protocol);
        return record;
    }

    /// <summary>Ends a request and returns its record to the pool. Runs before the end of the response is sent, so a client that has the response finds it counted.</summary>
    /// <param name="record">The record of the request or of one message of a stream; not used afterwards.</param>
    /// <param name="http">The request.</param>
    public void EndRequest(RequestRecord record, HttpContext http)
    {
        record.EndStage();
        if (record.Protocol != RequestProtocol.None)
        {
            TraceExemplar.StartRequest(http);
            metrics.EndInference(record, StatusName.Of(record, http.Response.StatusCode));
            TraceExemplar.EndRequest();
        }
        log.Write(http, record);
        _records.Return(record);
    }
}
