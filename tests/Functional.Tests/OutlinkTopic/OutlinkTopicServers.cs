using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.OutlinkTopic;

/// <summary>outlink-topic-model, collocated and split, with a real wiki. Started once; not started without model or wiki.</summary>
public sealed class OutlinkTopicServers : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _running = new();

    internal TestWiki Wiki { get; private set; } = null!;

    internal WikiProxy Proxy { get; private set; } = null!;

    internal RunningServer Predictor { get; private set; } = null!;

    internal RunningServer Collocated { get; private set; } = null!;

    internal RunningServer Split { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestData.HasWikiAndOutlinkTopicModel) return;
        _running.Push(Wiki = await TestWiki.StartAsync());
        _running.Push(Proxy = await WikiProxy.StartAsync(Wiki.Url));
        _running.Push(Predictor = await RunningServer.StartAsync(PredictorHost.Build, ["--model_name=outlink-topic-model", $"--model_dir={TestData.OutlinkTopicModel}"]));
        // Cached responses would hide calls; the cache has separate tests.
        _running.Push(Collocated = await StartAsync(Proxy, "--prediction_cache=false"));
        _running.Push(Split = await StartAsync(Proxy, "--prediction_cache=false", $"--predictor_host={Predictor.Host}"));
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var running)) await running.DisposeAsync();
    }

    /// <summary>Starts a separate transformer that calls a wiki through a proxy, with shorter retry delays.</summary>
    internal static Task<RunningServer> StartAsync(WikiProxy proxy, params string[] switches)
        => RunningServer.StartAsync(
            TransformerHost.Build,
            ["--model_name=outlink-topic-model", $"--model_dir={TestData.OutlinkTopicModel}", $"--wiki_url={proxy.Url.GetLeftPart(UriPartial.Authority)}", "--mw_api_retry_base_delay=0.01", .. switches]);
}

/// <summary>Shares wiki and servers among test classes.</summary>
[CollectionDefinition(Name)]
public sealed class OutlinkTopicShared : ICollectionFixture<OutlinkTopicServers>
{
    public const string Name = "outlink-topic-model";
}
