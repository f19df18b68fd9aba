using InferenceServices.Inference;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelTools.Predict;

/// <summary>Runs the predictor on a free loopback port, so that the response equals that of a deployment.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<LocalServer> StartAsync(string modelPath, string modelName, CancellationToken cancellationToken, params string[] switches)
    {
        var builder = ModelServerBuilder.Create(["--host=127.0.0.1", "--http_port=0", "--enable_grpc=false", $"--model_dir={modelPath}", $"--model_name={modelName}", .. switches]);
        builder.AddModelServer();
        builder.AddInference();
        // Standard output is for the answer alone.
        builder.Logging.ClearProviders();
        var app = builder.Build().MapModelServer();
        await app.StartAsync(cancellationToken);
        return new LocalServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
