using InferenceServices.Explainer;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>langid as it is deployed: collocated, split in two, and behind the explainer. Started once; nothing where the model is absent.</summary>
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

/// <summary>Shares the servers among the classes that ask them; no test changes what another sees.</summary>
[CollectionDefinition(Name)]
public sealed class LangIdShared : ICollectionFixture<LangIdServers>
{
    public const string Name = "langid";
}
