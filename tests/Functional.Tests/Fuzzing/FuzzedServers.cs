using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Servers that nothing may bring down: a predictor with models that answer fast, and a service with its explainer where its model is prepared.</summary>
public sealed class FuzzedServers : IAsyncLifetime
{
    /// <summary>How often a property is tried. Cases are new in every run; one that fails is shown with the seed that makes it again.</summary>
    public const int Cases = 1500;

    /// <summary>Slower than any answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly int[] KestrelsOwn = [400, 405, 408, 411, 414, 431, 505];

    private readonly TemporaryFolder _models = TemporaryFolder.Of(Models);
    private RunningServer? _service;

    public static string[] Models { get; } =
        ["datatypes", "fixed", "free", "iris-mlp", "mixed", "scalar", "string-input", "tree-ensemble", "tree-regressor", "versioned"];

    public RunningServer Predictor { get; private set; } = null!;

    /// <summary>The predictor where there is no service.</summary>
    public RunningServer Service => _service ?? Predictor;

    public async Task InitializeAsync()
    {
        Predictor = await PredictorServers.StartAsync(_models.Path, "--intra_op_num_threads=1", "--request_payload_limit=2000000");
        if (TestData.LangIdModelMissing is not null) return;
        _service = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=langid", $"--model_dir={TestData.LangIdModel}");
    }

    public async Task DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        await Predictor.DisposeAsync();
        _models.Dispose();
    }

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
        if (server == Predictor)
        {
            (await server.PostAsync("/v1/models/fixed:predict", """{"instances":[[1,2,3],[4,5,6]]}""").WaitAsync(Patience))
                .AssertOk("""{"predictions":[6,15]}""");
            return;
        }
        var answer = await server.PostAsync("/v1/models/langid:predict", """{"text":"Some random text in any language"}""").WaitAsync(Patience);
        Assert.Equal("en", answer.AssertOk().Json.GetProperty("language").GetString());
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
        Assert.True(answer.Status < 500 || (answer.Status, code) is (501, "not_implemented") or (503, "model_not_ready") or (504, "request_timeout"), $"{answer.Status}: {answer.Body}");
    }
}

/// <summary>Shares the servers among the properties.</summary>
[CollectionDefinition(nameof(FuzzedServers))]
public sealed class FuzzedServersShared : ICollectionFixture<FuzzedServers>;
