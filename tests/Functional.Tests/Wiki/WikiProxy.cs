using System.Collections.Concurrent;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Wiki;

/// <summary>Proxy of a wiki that records calls and returns scripted responses.</summary>
internal sealed class WikiProxy : IAsyncDisposable
{
    private readonly HttpClient _wiki;
    private readonly ConcurrentQueue<WikiCall> _calls = [];
    private RunningServer _server = null!;

    private WikiProxy(Uri wiki) => _wiki = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = wiki };

    /// <summary>Handles a call, or returns false to forward it. Null forwards all calls.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>Calls so far, oldest first.</summary>
    public IReadOnlyList<WikiCall> Calls => [.. _calls];

    public Uri Url => _server.Client.BaseAddress!;

    public static async Task<WikiProxy> StartAsync(Uri wiki)
    {
        var proxy = new WikiProxy(wiki);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(proxy.AnswerAsync);
        proxy._server = await RunningServer.StartAsync(app);
        return proxy;
    }

    public void Clear() => _calls.Clear();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _wiki.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var target = $"{http.Request.Path}{http.Request.QueryString}";
        _calls.Enqueue(new WikiCall(target, http.Request.Host.Value!, http.Request.Headers.UserAgent.ToString()));
        if (Fault is { } fault && await fault(http)) return;
        using var message = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { Host = http.Request.Host.Value } };
        using var answer = await _wiki.SendAsync(message, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync(http.RequestAborted));
    }
}

/// <summary>A call to a wiki.</summary>
/// <param name="Target">Path and query.</param>
/// <param name="Host">Host header.</param>
/// <param name="UserAgent">User-Agent header.</param>
internal sealed record WikiCall(string Target, string Host, string UserAgent);
