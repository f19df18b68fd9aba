using System.Net.Http.Headers;
using System.Text;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>A predictor on a free port of this machine, over real Kestrel.</summary>
public sealed class PredictorServer : IAsyncDisposable
{
    /// <summary>Longer than anything that works takes.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;

    private PredictorServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Guard };
    }

    public HttpClient Client { get; }

    public static async Task<PredictorServer> StartAsync(string modelDir, params string[] switches)
    {
        var app = PredictorHost.Build(["--host=127.0.0.1", "--http_port=0", $"--model_dir={modelDir}", .. switches]);
        await app.StartAsync();
        return new PredictorServer(app);
    }

    public static Task<PredictorServer> StartModelAsync(string model, params string[] switches)
        => StartAsync(TestModels.PathOf(model), [$"--model_name={model}", .. switches]);

    public static HttpContent Json(string body, string? contentType = "application/json") => Raw(Encoding.UTF8.GetBytes(body), contentType);

    public static HttpContent Raw(byte[] body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Client.GetAsync(path));

    public async Task<Answer> PostAsync(string path, string body) => await PostAsync(path, Json(body));

    public async Task<Answer> PostAsync(string path, HttpContent content, CancellationToken cancellationToken = default)
        => await Answer.OfAsync(await Client.PostAsync(path, content, cancellationToken));

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        return await Answer.OfAsync(await Client.SendAsync(message));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
