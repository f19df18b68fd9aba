using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Revscoring;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Servers for fuzzing: a predictor with fast models, and the services whose models are prepared.</summary>
public sealed class FuzzedServers : IAsyncLifetime
{
    /// <summary>Number of cases per property. Each run has new cases; a failure prints the seed that reproduces it.</summary>
    public const int Cases = 1500;

    /// <summary>Upper limit of a response time.</summary>
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
        // The predictor serves as a wiki that returns only errors.
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

    /// <summary>Returns the server of the service in a path, or the predictor if there is none or it is not prepared.</summary>
    public RunningServer Of(string path) => (_servers.Find(one => path.Contains(one.Model, StringComparison.Ordinal)) ?? _servers[0]).Server;

    /// <summary>Sends a message and asserts a response in time and in the format of errors, and that the next request succeeds.</summary>
    public async Task AssertTamedAsync(RunningServer server, HttpRequestMessage message)
    {
        using (message)
        {
            var answer = await Answer.OfAsync(await server.Client.SendAsync(message).WaitAsync(Patience));
            AssertTame(answer, message.Method == HttpMethod.Head);
        }
        await AssertAliveAsync(server);
    }

    /// <summary>Asserts that a valid request succeeds.</summary>
    public async Task AssertAliveAsync(RunningServer server)
    {
        var (_, model, good, part) = _servers.Single(one => one.Server == server);
        var answer = await server.PostAsync($"/v1/models/{model}:predict", good).WaitAsync(Patience);
        Assert.Contains(part, answer.AssertOk().Body, StringComparison.Ordinal);
    }

    /// <summary>Asserts that a valid call succeeds.</summary>
    public async Task AssertGrpcAliveAsync()
    {
        var answer = await Predictor.Grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [1], 1)).ResponseAsync.WaitAsync(Patience);
        Assert.Equal([3], answer.Outputs.Single().Contents.Fp32Contents);
    }

    /// <summary>Asserts a success, or an error with a code.</summary>
    public static void AssertTame(Answer answer, bool toHead = false)
    {
        if (answer.Status < 400 || toHead) return;
        // Kestrel rejects invalid HTTP itself, without a body and without a request id.
        if (!answer.Headers.Contains("x-request-id"))
        {
            Assert.Contains(answer.Status, KestrelsOwn);
            Assert.Empty(answer.Body);
            return;
        }
        var code = answer.Json.GetProperty("code").GetString()!;
        answer.AssertError(answer.Status, code);
        // These servers have no time limit: a 504 means that the timeout of the request expired.
        Assert.True(answer.Status < 500 || (answer.Status, code) is (501, "not_implemented") or (502, "upstream_failed") or (503, "model_not_ready") or (504, "request_timeout"), $"{answer.Status}: {answer.Body}");
    }

    private async Task AddAsync(string model, string folder, string good, string part, params string[] switches)
    {
        var server = await RunningServer.StartAsync(ExplainerHost.Build, [$"--model_name={model}", $"--model_dir={folder}", .. switches]);
        _running.Push(server);
        _servers.Add(new FuzzedServer(server, model, good, part));
    }
}

/// <summary>Shares the servers among test classes.</summary>
[CollectionDefinition(nameof(FuzzedServers))]
public sealed class FuzzedServersShared : ICollectionFixture<FuzzedServers>;
