using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Where records come from, and where they go.</summary>
internal sealed class RequestTelemetry(RequestMetrics metrics)
{
    private readonly ObjectPool<RequestRecord> _records = ObjectPool.Create<RequestRecord>();

    /// <summary>A record of a request that has come; every one is ended.</summary>
    public RequestRecord Open() => _records.Get();

    /// <summary>It is an inference; from now on it is in flight.</summary>
    /// <returns>The same record.</returns>
    public RequestRecord Begin(RequestRecord record, RequestProtocol protocol)
    {
        metrics.Begin();
        record.Begin(protocol);
        return record;
    }

    /// <summary>It is over and nobody writes into it any more. Its answer may not have left yet: who sees the answer finds it counted.</summary>
    public void End(RequestRecord record, int httpStatus)
    {
        record.Leave();
        if (record.Protocol != RequestProtocol.None) metrics.End(record, StatusName.Of(record, httpStatus));
        _records.Return(record);
    }
}
