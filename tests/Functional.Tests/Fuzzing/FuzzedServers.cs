using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Revscoring;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Servers that nothing may bring down: a predictor with models that answer fast, and the services whose models are prepared.</summary>
public sealed class FuzzedServers : IAsyncLifetime
{
    /// <summary>How often a property is tried. Cases are new in every run; one that fails is shown with the seed that makes it again.</summary>
    public const int Cases = 1500;

    /// <summary>Slower than any answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly int[] KestrelsOwn = [400, 405, 408, 411, 414, 431, 505];

    private readonly TemporaryFolder _models = TemporaryFolder.Of(Models);
    private readonly Stack<IAsyncDisposable> _running = new();
    private readonly List<FuzzedServer> _servers = [];

    public static string[] Models { get; } =
        ["datatypes", "fixed", "free", "iris-mlp", "mixed", "scalar", "string-input", "tree-ensemble", "tree-regressor", "versioned"];

    public RunningServer Predictor { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Predictor = await PredictorServers.StartAsync(_models.Path, "--intra_op_num_threads=1", "--request_payload_limit=2000000");
        _running.Push(Predictor);
        _servers.Add(new FuzzedServer(Predictor, "fixed", """{"instances":[[1,2,3],[4,5,6]]}""", """{"predictions":[6,15]}"""));
        var events = await TestEventGate.StartAsync();
        _running.Push(events);
        // The predictor is no wiki, and says so to whoever asks it for a page.
        string[] outside = [$"--wiki_url=http://{Predictor.Host}", $"--eventgate_url={events.Url}", "--eventgate_stream=fuzzed"];
        if (TestData.HasLangIdModel)
            await AddAsync("langid", TestData.LangIdModel, """{"text":"Some random text in any language"}""", "\"language\":\"en\"");
        if (TestData.HasOutlinkTopicModel)
            await AddAsync("outlink-topic-model", TestData.OutlinkTopicModel, """{"lang":"en","page_id":1,"features_str":"Q114 Q1036 Q924"}""", "Geography.Regions.Africa", outside);
        await AddAsync("enwiki-reverted", RevscoringServers.RevertedModel, Requests.OfFeatures, "\"prediction\":", outside);
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var running)) await running.DisposeAsync();
        _models.Dispose();
    }

    /// <summary>The server of the service that a path names; of none, and where the service is not prepared: the predictor.</summary>
    public RunningServer Of(string path) => (_servers.Find(one => path.Contains(one.Model, StringComparison.Ordinal)) ?? _servers[0]).Server;

    /// <summary>Sends a message and asserts that it was answered in time and as a refusal must look, and that the next caller notices nothing.</summary>
    public async Task AssertTamedAsync(RunningServer server, HttpRequestMessage message)
    {
        using (message)
        {
            var answer = await Answer.OfAsync(await server.Client.SendAsync(message).WaitAsync(Patience));
            AssertTame(answer, message.Method == HttpMethod.Head);
        }
        await AssertAliveAsync(server);
    }

    /// <summary>Asserts that a good request gets its answer.</summary>
    public async Task AssertAliveAsync(RunningServer server)
    {
        var (_, model, good, part) = _servers.Single(one => one.Server == server);
        var answer = await server.PostAsync($"/v1/models/{model}:predict", good).WaitAsync(Patience);
        Assert.Contains(part, answer.AssertOk().Body, StringComparison.Ordinal);
    }

    /// <summary>Asserts that a good call gets its answer.</summary>
    public async Task AssertGrpcAliveAsync()
    {
        var answer = await Predictor.Grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [1], 1)).ResponseAsync.WaitAsync(Patience);
        Assert.Equal([3], answer.Outputs.Single().Contents.Fp32Contents);
    }

    /// <summary>Asserts an answer, or a refusal that says whose mistake it was.</summary>
    public static void AssertTame(Answer answer, bool toHead = false)
    {
        if (answer.Status < 400 || toHead) return;
        // What is no HTTP never reaches us: Kestrel answers it without a body, and without a name for it.
        if (!answer.Headers.Contains("x-request-id"))
        {
            Assert.Contains(answer.Status, KestrelsOwn);
            Assert.Empty(answer.Body);
            return;
        }
        var code = answer.Json.GetProperty("code").GetString()!;
        answer.AssertRefused(answer.Status, code);
        // These servers have no time limit of their own: a 504 keeps the caller's.
        Assert.True(answer.Status < 500 || (answer.Status, code) is (501, "not_implemented") or (502, "upstream_failed") or (503, "model_not_ready") or (504, "request_timeout"), $"{answer.Status}: {answer.Body}");
    }

    private async Task AddAsync(string model, string folder, string good, string part, params string[] switches)
    {
        var server = await RunningServer.StartAsync(ExplainerHost.Build, [$"--model_name={model}", $"--model_dir={folder}", .. switches]);
        _running.Push(server);
        _servers.Add(new FuzzedServer(server, model, good, part));
    }
}

/// <summary>Shares the servers among the properties.</summary>
[CollectionDefinition(nameof(FuzzedServers))]
public sealed class FuzzedServersShared : ICollectionFixture<FuzzedServers>;
