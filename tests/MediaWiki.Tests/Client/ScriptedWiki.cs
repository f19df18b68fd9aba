using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using InferenceServices.MediaWiki.Client;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>A server with scripted responses, and a client that uses the server for all wikis.</summary>
internal sealed class ScriptedWiki : IAsyncDisposable
{
    /// <summary>Timeout of all waits in tests.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestHead> _requests = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private WikiConnections? _connections;

    private ScriptedWiki(RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(http =>
        {
            int number;
            lock (_requests)
            {
                _requests.Enqueue(new RequestHead(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
                number = _requests.Count;
            }
            _arrived.Release();
            return answers[Math.Min(number, answers.Length) - 1](http);
        });
    }

    public static Wiki English { get; } = WikiTable.FindWikipedia("en")!;

    public static Wiki German { get; } = WikiTable.FindWikipedia("de")!;

    public MediaWikiOptions Options { get; } = new();

    public ScriptedTime Time { get; } = new();

    public TestMeters Meters { get; } = new();

    /// <summary>Connections of the client.</summary>
    public WikiConnections WikiConnections => _connections ??= new(Microsoft.Extensions.Options.Options.Create(Options), new MediaWikiMetrics(Meters), Time, NullLogger<WikiConnections>.Instance);

    public MediaWikiClient Client => new(WikiConnections);

    public IReadOnlyList<RequestHead> Requests => [.. _requests];

    /// <summary>Queries without the parameters that all API calls share.</summary>
    public IEnumerable<string> Queries => _requests.Select(request => request.Target.Replace("&format=json&formatversion=2&maxlag=5", "", StringComparison.Ordinal).Replace("/w/api.php?action=", "", StringComparison.Ordinal));

    /// <summary>Starts the server.</summary>
    /// <param name="answers">Responses in order; the last response repeats.</param>
    public static async Task<ScriptedWiki> StartAsync(params RequestDelegate[] answers)
    {
        var wiki = new ScriptedWiki(answers);
        await wiki._app.StartAsync();
        wiki.Options.WikiUrl = wiki._app.Urls.Single();
        // No jitter and no delay, except in tests about them.
        wiki.Options.RetryBaseDelaySeconds = 0;
        return wiki;
    }

    public static RequestDelegate Json(string json, int status = 200, string? retryAfter = null, string contentType = "application/json; charset=utf-8") => http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        return http.Response.WriteAsync(json);
    };

    public static RequestDelegate ApiError(string code, string? retryAfter = null) => Json($$"""{"error":{"code":"{{code}}","info":"Why.","docref":"See"},"servedby":"x"}""", retryAfter: retryAfter);

    public static RequestDelegate Gzip(byte[] body) => async http =>
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(body);
    };

    /// <summary>Never responds; ends when the client disconnects.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    /// <summary>Sends part of the body, then aborts the connection.</summary>
    public static async Task TruncateAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = 1000;
        await http.Response.WriteAsync("""{"query":{"pages":[""");
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    public static Task ResetAsync(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Responds with a page.</summary>
    public static RequestDelegate Page(long id = 7) => Json(string.Create(CultureInfo.InvariantCulture, $$$"""{"batchcomplete":true,"query":{"pages":[{"pageid":{{{id}}},"ns":0,"title":"T"}]}}"""));

    /// <summary>Waits for the next request.</summary>
    public async Task WaitForRequestAsync() => Assert.True(await _arrived.WaitAsync(Guard), "No request arrived.");

    /// <summary>Calls the wiki.</summary>
    public Task<MediaWikiResult<PageReference>> CallAsync(Wiki? wiki = null, CancellationToken cancellationToken = default)
        => Client.FindPageAsync(wiki ?? English, "T", cancellationToken).AsTask().WaitAsync(Guard, cancellationToken: default);

    public async Task<MediaWikiError> FailAsync(Wiki? wiki = null) => (await CallAsync(wiki)).Error ?? throw new Xunit.Sdk.XunitException("The call succeeded.");

    public async ValueTask DisposeAsync()
    {
        _connections?.Dispose();
        Meters.Dispose();
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    /// <param name="Target">Raw path and query.</param>
    /// <param name="Headers">Headers by name.</param>
    internal sealed record RequestHead(string Target, IReadOnlyDictionary<string, string> Headers);
}
