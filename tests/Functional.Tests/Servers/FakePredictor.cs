using System.Net;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A langid transformer with a small vocabulary in front of a predictor that says what a test wants.</summary>
internal sealed class FakePredictor : IAsyncDisposable
{
    /// <summary>A predictor's good answer for the vocabulary's two labels.</summary>
    public const string Ok = """{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.25,0.75]}]}""";

    private readonly FastTextDirectory _model;
    private readonly RunningServer? _predictor;

    private FakePredictor(FastTextDirectory model, RunningServer? predictor, RunningServer transformer)
    {
        _model = model;
        _predictor = predictor;
        Transformer = transformer;
    }

    public RunningServer Transformer { get; }

    /// <summary>A predictor that announces no extension.</summary>
    /// <param name="answer">Gets every request but the one for the server's metadata; none is known as a path.</param>
    /// <param name="switches">Of the transformer.</param>
    public static Task<FakePredictor> StartAsync(RequestDelegate answer, params string[] switches)
        => StartAsync(http => http.Request.Path == "/v2" ? http.Response.WriteAsync("""{"name":"fake","version":"1","extensions":[]}""") : answer(http), switches, _ => { });

    /// <summary>A predictor of any kind.</summary>
    /// <param name="answer">Gets every request.</param>
    /// <param name="switches">Of the transformer.</param>
    /// <param name="listen">How the predictor listens, if not in plain HTTP.</param>
    public static async Task<FakePredictor> StartAsync(RequestDelegate answer, string[] switches, Action<ListenOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var app = builder.Build();
        app.Run(answer);
        var predictor = await RunningServer.StartAsync(app);
        return await InFrontOfAsync(predictor.Host, predictor, switches);
    }

    /// <summary>The transformer alone, with a predictor that is no server of ours.</summary>
    public static Task<FakePredictor> InFrontOfAsync(string host, params string[] switches) => InFrontOfAsync(host, predictor: null, switches);

    /// <summary>A request the vocabulary knows.</summary>
    public Task<Answer> PredictAsync(string text = "hello") => Transformer.PostAsync("/v1/models/langid:predict", $$"""{"text":"{{text}}"}""");

    public async ValueTask DisposeAsync()
    {
        await Transformer.DisposeAsync();
        if (_predictor is not null) await _predictor.DisposeAsync();
        _model.Dispose();
    }

    private static async Task<FakePredictor> InFrontOfAsync(string host, RunningServer? predictor, string[] switches)
    {
        var model = new FastTextDirectory(["en", "ca"], ["hello", "</s>"]);
        var transformer = await RunningServer.StartAsync(
            TransformerHost.Build, ["--model_name=langid", $"--model_dir={model.Path}", $"--predictor_host={host}", .. switches]);
        return new FakePredictor(model, predictor, transformer);
    }
}
