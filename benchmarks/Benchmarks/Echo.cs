using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Benchmarks;

/// <summary>Returns the request body: the baseline of all other results.</summary>
internal static class Echo
{
    /// <summary>Serves until the process ends: HTTP/1.1 on the port, HTTP/2 on the next one.</summary>
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, port + 1, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        app.Run(EchoAsync);
        await app.RunAsync();
    }

    private static async Task EchoAsync(HttpContext http)
    {
        http.Response.ContentLength = http.Request.ContentLength;
        await http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter, http.RequestAborted);
    }
}
