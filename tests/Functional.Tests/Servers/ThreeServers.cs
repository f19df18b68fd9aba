using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>One of each program, all three answering for <see cref="ModelName"/>: what holds before a model is reached holds for all.</summary>
public sealed class ThreeServers : IAsyncLifetime
{
    public const string ModelName = "langid";

    private readonly Dictionary<string, RunningServer> _servers = [];
    private readonly FastTextDirectory _service = MakeService();

    public static IReadOnlyList<string> Programs { get; } = ["predictor", "transformer", "explainer"];

    public RunningServer this[string program] => _servers[program];

    public async Task InitializeAsync()
    {
        var predictor = await PredictorServers.StartAsync(TestModels.PathOf("versioned"), $"--model_name={ModelName}");
        _servers.Add("predictor", predictor);
        foreach (var (program, build) in new (string, Func<string[], WebApplication>)[] { ("transformer", TransformerHost.Build), ("explainer", ExplainerHost.Build) })
        {
            _servers.Add(program, await RunningServer.StartAsync(
                build, $"--model_name={ModelName}", $"--model_dir={_service.Path}", $"--predictor_host={predictor.Host}"));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values.Reverse()) await server.DisposeAsync();
        _service.Dispose();
    }

    private static FastTextDirectory MakeService() => new(["en", "ca"], ["hello", "</s>"]);
}
