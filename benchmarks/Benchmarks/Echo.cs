using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Benchmarks;

/// <summary>Returns the request body: the baseline of all other results.</summary>
internal static class Echo
{
    /// <summary>Serves until the process ends: HTTP/1.1 on the port, HTTP/2 on the next one.</summary>
    public static async Task RunAsync(int port)
    {
        await using var app = BareKestrel.CreateBuilder(port).Build();
        app.Run(EchoAsync);
        await app.RunAsync();
    }

    private static async Task EchoAsync(HttpContext http)
    {
        http.Response.ContentLength = http.Request.ContentLength;
        await http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter, http.RequestAborted);
    }
}
