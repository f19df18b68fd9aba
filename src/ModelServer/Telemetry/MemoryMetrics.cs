using System.Diagnostics.Metrics;
using InferenceServices.ModelServer.Memory;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Metrics of the memory for requests. Read at each scrape.</summary>
internal sealed class MemoryMetrics
{
    public MemoryMetrics(IMeterFactory meters, RequestMemory memory, ConnectionBuffers buffers)
    {
        var meter = meters.Create(RequestMetrics.MeterName);
        meter.CreateObservableUpDownCounter("request_memory", () => Read(memory, static pool => pool.UsedBytes), "By", "Memory that requests have reserved.");
        meter.CreateObservableGauge("request_memory_limit", () => Read(memory, static pool => pool.LimitBytes), "By", "Memory that requests can reserve.");
        meter.CreateObservableCounter(
            "request_memory_rejected", () => Read(memory, static pool => pool.Rejections), description: "Requests that got 413 or 429 because their memory could not be reserved.");
        meter.CreateObservableUpDownCounter(
            "request_memory_waiting",
            () => new Measurement<long>[] { new(memory.Decoding.Waiting, Tag("decode")), new(memory.Encoding.Waiting, Tag("encode")) },
            description: "Large bodies that wait for a processor.");
        meter.CreateObservableUpDownCounter("connection_buffers", () => buffers.AllocatedBytes, "By", "Large buffers of connections, in use or not.");
    }

    private static Measurement<long>[] Read(RequestMemory memory, Func<MemoryPool, long> read)
        => [new(read(memory.Bodies), Tag("bodies")), new(read(memory.Work), Tag("work"))];

    private static KeyValuePair<string, object?> Tag(string pool) => new("pool", pool);
}
