using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Wiki;

/// <summary>A fake EventGate that accepts events, or responds with 503.</summary>
internal sealed class TestEventGate : IAsyncDisposable
{
    private readonly BlockingCollection<string> _events = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private RunningServer _server = null!;

    public bool IsDown { get; set; }

    public int Count => _events.Count;

    public Uri Url => new(_server.Client.BaseAddress!, "/v1/events");

    public static async Task<TestEventGate> StartAsync()
    {
        var gate = new TestEventGate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapPost("/v1/events", gate.TakeAsync);
        gate._server = await RunningServer.StartAsync(app);
        return gate;
    }

    public async Task<string> NextAsync()
    {
        Assert.True(await _arrived.WaitAsync(RunningServer.Guard));
        return _events.Take();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _events.Dispose();
        _arrived.Dispose();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
        http.Response.StatusCode = IsDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status201Created;
        if (IsDown) return;
        foreach (var sent in body is JsonArray several ? several.Select(item => item!) : [body])
        {
            _events.Add(sent.ToJsonString());
            _arrived.Release();
        }
    }
}
