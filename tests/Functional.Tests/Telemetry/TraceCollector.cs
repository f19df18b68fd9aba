using System.Collections.Concurrent;
using System.Net;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Telemetry.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>Receives and stores traces over OTLP, by gRPC or by protocol buffers over HTTP.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Service, Span Span)> _spans = [];
    private RunningServer _server = null!;

    public Uri Address => _server.Client.BaseAddress!;

    public IReadOnlyList<(string Service, Span Span)> Spans => [.. _spans];

    public static async Task<TraceCollector> StartAsync(string protocol)
    {
        var collector = new TraceCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        app.MapPost("/v1/traces", collector.TakeAsync);
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", collector.TakeCallAsync);
        collector._server = await RunningServer.StartAsync(app);
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        Take(await ReadAsync(http));
        http.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeCallAsync(HttpContext http)
    {
        // The prefix is a byte for compression and four bytes for the length.
        Take((await ReadAsync(http))[5..]);
        await FakePredictor.SendMessageAsync(http, []);
    }

    private void Take(byte[] message)
    {
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(message).ResourceSpans)
        {
            var service = resource.Resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans)) _spans.Enqueue((service, span));
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
