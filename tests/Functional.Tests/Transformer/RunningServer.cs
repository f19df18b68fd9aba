using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>A real server on loopback, on a port the system chose, and a client for it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public string Host => Client.BaseAddress!.Authority;

    /// <param name="build">Of one of the programs.</param>
    /// <param name="switches">Besides those that choose address and port.</param>
    public static Task<RunningServer> StartAsync(Func<string[], WebApplication> build, params string[] switches)
        => StartAsync(build([.. switches, "--host=127.0.0.1", "--http_port=0"]));

    public static async Task<RunningServer> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new RunningServer(app);
    }

    /// <summary>Posts as curl -d does not: without a content type.</summary>
    public Task<Answer> PostAsync(string path, string body) => PostAsync(path, Encoding.UTF8.GetBytes(body));

    public async Task<Answer> PostAsync(string path, byte[] body, string? contentType = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using var response = await Client.PostAsync(path, content);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        return await Answer.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
