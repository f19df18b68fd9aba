using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Revscoring;

/// <summary>Revision models with a real wiki. Started once; not started without the wiki.</summary>
public sealed class RevscoringServers : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _running = new();

    internal static string RevertedModel => Checkout.PathOf(Path.Combine("models", "enwiki-reverted"));

    internal TestWiki Wiki { get; private set; } = null!;

    internal WikiProxy Proxy { get; private set; } = null!;

    internal RunningServer Collocated { get; private set; } = null!;

    internal RunningServer Split { get; private set; } = null!;

    internal RunningServer Explainer { get; private set; } = null!;

    internal RunningServer Damaging { get; private set; } = null!;

    internal RunningServer ArticleQuality { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestData.HasWikiAndOutlinkTopicModel) return;
        _running.Push(Wiki = await TestWiki.StartAsync());
        _running.Push(Proxy = await WikiProxy.StartAsync(Wiki.Url));
        var predictor = await RunningServer.StartAsync(PredictorHost.Build, ["--model_name=enwiki-reverted", $"--model_dir={RevertedModel}"]);
        _running.Push(predictor);
        // Cached responses would hide calls; the cache has separate tests.
        _running.Push(Collocated = await StartAsync(Proxy, "enwiki-reverted", RevertedModel, "--prediction_cache=false"));
        _running.Push(Split = await StartAsync(Proxy, "enwiki-reverted", RevertedModel, "--prediction_cache=false", $"--predictor_host={predictor.Host}"));
        _running.Push(Explainer = await StartAsync(ExplainerHost.Build, Proxy, "enwiki-reverted", RevertedModel, $"--predictor_host={predictor.Host}"));
        _running.Push(Damaging = await StartAsync(Proxy, "enwiki-damaging", TestModels.PathOf(Path.Combine("revscoring", "damaging"))));
        _running.Push(ArticleQuality = await StartAsync(Proxy, "enwiki-articlequality", TestModels.PathOf(Path.Combine("revscoring", "articlequality"))));
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var running)) await running.DisposeAsync();
    }

    /// <summary>Starts a separate transformer that calls a wiki through a proxy, with shorter retry delays.</summary>
    internal static Task<RunningServer> StartAsync(WikiProxy proxy, string modelName, string model, params string[] switches)
        => StartAsync(TransformerHost.Build, proxy, modelName, model, switches);

    private static Task<RunningServer> StartAsync(Func<string[], WebApplication> build, WikiProxy proxy, string modelName, string model, params string[] switches)
        => RunningServer.StartAsync(
            build,
            [$"--model_name={modelName}", $"--model_dir={model}", $"--wiki_url={proxy.Url.GetLeftPart(UriPartial.Authority)}", "--mw_api_retry_base_delay=0.01", "--model_version=0.5.1", .. switches]);
}

/// <summary>Shares wiki and servers among test classes.</summary>
[CollectionDefinition(Name)]
public sealed class RevscoringShared : ICollectionFixture<RevscoringServers>
{
    public const string Name = "revscoring";
}
