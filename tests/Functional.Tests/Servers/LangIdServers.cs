using InferenceServices.Explainer;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>langid as deployed: collocated, split, and in the explainer. Started once; not started without the model.</summary>
public sealed class LangIdServers : IAsyncLifetime
{
    private readonly Stack<RunningServer> _running = new();

    internal RunningServer Predictor { get; private set; } = null!;

    internal RunningServer Split { get; private set; } = null!;

    internal RunningServer Collocated { get; private set; } = null!;

    internal RunningServer Explainer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestData.HasLangIdModel) return;
        string[] switches = ["--model_name=langid", $"--model_dir={TestData.LangIdModel}"];
        _running.Push(Predictor = await RunningServer.StartAsync(PredictorHost.Build, switches));
        _running.Push(Split = await RunningServer.StartAsync(TransformerHost.Build, [.. switches, $"--predictor_host={Predictor.Host}"]));
        _running.Push(Collocated = await RunningServer.StartAsync(TransformerHost.Build, switches));
        _running.Push(Explainer = await RunningServer.StartAsync(ExplainerHost.Build, switches));
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var server)) await server.DisposeAsync();
    }
}

/// <summary>Shares the servers among test classes; no test changes their state.</summary>
[CollectionDefinition(Name)]
public sealed class LangIdShared : ICollectionFixture<LangIdServers>
{
    public const string Name = "langid";
}
