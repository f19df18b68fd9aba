using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>A web server on loopback that supports ranges and injects faults.</summary>
internal sealed class WebStore : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebStore(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Received requests: path, query and range.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <param name="handler">Handles every request.</param>
    /// <param name="certificate">Certificate of the server; enables TLS.</param>
    public static async Task<WebStore> StartAsync(RequestDelegate handler, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var store = new WebStore(app);
        app.Run(http =>
        {
            store.Requests.Enqueue($"{http.Request.Path}{http.Request.QueryString} {http.Request.Headers.Range}");
            return handler(http);
        });
        await app.StartAsync();
        return store;
    }

    /// <summary>Sends a file with ETag and range support.</summary>
    public static Task SendAsync(HttpContext http, byte[] content, string tag = "\"one\"")
    {
        http.Response.Headers.ETag = tag;
        return Results.Bytes(content, "application/octet-stream", enableRangeProcessing: true, entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue(tag)).ExecuteAsync(http);
    }

    /// <summary>Sends the requested range or the whole file, without ETag or date.</summary>
    public static async Task SendRangeAsync(HttpContext http, byte[] content)
    {
        var (start, length) = SetHeaders(http, content);
        await http.Response.Body.WriteAsync(content.AsMemory(start, length));
    }

    /// <summary>Sends the length of the requested range, then only a part of the content, and closes the connection.</summary>
    public static async Task InterruptAsync(HttpContext http, byte[] content, int after, string? tag = "\"one\"")
    {
        http.Response.Headers.ETag = tag;
        var (start, length) = SetHeaders(http, content);
        await http.Response.Body.WriteAsync(content.AsMemory(start, Math.Min(after, length - 1)));
        // Kestrel closes the connection of an incomplete response; Abort could discard the sent bytes.
        await http.Response.Body.FlushAsync();
    }

    public static (int Start, int End) RangeOf(HttpContext http, int length)
    {
        var range = http.Request.GetTypedHeaders().Range?.Ranges.Single();
        return ((int)(range?.From ?? 0), (int)(range?.To ?? length - 1));
    }

    private static (int Start, int Length) SetHeaders(HttpContext http, byte[] content)
    {
        var (start, end) = RangeOf(http, content.Length);
        var length = end - start + 1;
        if (http.Request.Headers.Range.Count > 0)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {start}-{end}/{content.Length}";
        }
        http.Response.ContentLength = length;
        return (start, length);
    }

    public static bool IsProbe(HttpContext http) => http.Request.Headers.Range == "bytes=0-0";

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
