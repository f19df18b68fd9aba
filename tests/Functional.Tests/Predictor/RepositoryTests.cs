using System.Net.Sockets;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Loads and unloads models over REST; each test has a separate directory and predictor.</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private const string Request = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";

    private readonly TemporaryFolder _folder = TemporaryFolder.Of();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _server = await PredictorServers.StartAsync(_folder.Path, "--intra_op_num_threads=1");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_requests_of_the_KServe_agent_get_200()
    {
        _folder.Copy("versioned/2", "pulled/model.onnx");
        _folder.Write("pulled/SUCCESS.0f1e2d3c");

        (await _server.PostAsync("/v2/repository/models/pulled/load", RunningServer.Json("{}"))).AssertOk("""{"name":"pulled","load":true}""");
        Assert.Equal(3, await InferAsync("pulled"));

        // The agent deletes the files first and then unloads the model.
        Directory.Delete(_folder.Below("pulled"), recursive: true);
        (await _server.PostAsync("/v2/repository/models/pulled/unload", RunningServer.Json("{}"))).AssertOk("""{"name":"pulled","unload":true}""");
        (await _server.PostAsync("/v2/models/pulled/infer", Request)).AssertError(404, "model_not_found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"parameters":{"unload_dependents":true}}""")]
    public async Task A_body_without_changes_is_accepted(string body)
    {
        (await _server.PostAsync("/v2/repository/models/m/load", body)).AssertOk("""{"name":"m","load":true}""");
        (await _server.PostAsync("/v2/repository/models/m/unload", body)).AssertOk("""{"name":"m","unload":true}""");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("load")]
    [InlineData("""{"parameters":{"config":"{\"name\":\"m\"}"}}""")]
    [InlineData("""{"parameters":{"file:1/model.onnx":"AAAA"}}""")]
    public async Task An_unsupported_body_is_rejected_and_changes_nothing(string body)
    {
        foreach (var operation in new[] { "models/m/load", "models/m/unload", "models/none/load" })
            (await _server.PostAsync($"/v2/repository/{operation}", body)).AssertError(400, "invalid_input");

        Assert.Equal(2, await InferAsync("m"));
    }

    [Fact]
    public async Task A_reloaded_model_is_the_one_on_disk()
    {
        _folder.Copy("versioned/2", "m/model.onnx");

        Assert.Equal(2, await InferAsync("m"));
        (await _server.PostAsync("/v2/repository/models/m/load", "{}")).AssertOk();

        Assert.Equal(3, await InferAsync("m"));
    }

    [Fact]
    public async Task A_failed_load_is_503_with_the_reason_and_the_previous_model_remains_loaded()
    {
        File.WriteAllText(_folder.Below("m/model.onnx"), "no model");

        var error = (await _server.PostAsync("/v2/repository/models/m/load", "{}")).AssertError(503, "model_not_ready");

        Assert.StartsWith("Model with name m is not ready. It could not be loaded: ", error, StringComparison.Ordinal);
        Assert.Equal(2, await InferAsync("m"));
        (await _server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
    }

    [Fact]
    public async Task The_index_lists_ready_models_and_the_reasons_of_the_others()
    {
        _folder.Copy("versioned/2", "a/3/model.onnx");
        _folder.Write("broken/model.onnx", "no model");
        (await _server.PostAsync("/v2/repository/models/broken/load", "{}")).AssertError(503, "model_not_ready");

        foreach (var body in new[] { "", "{}", """{"ready":false}""" })
        {
            var index = (await _server.PostAsync("/v2/repository/index", body)).AssertOk().Json;
            Assert.Equal(
                [("a", "3", "UNAVAILABLE"), ("broken", "1", "UNAVAILABLE"), ("m", "1", "READY")],
                index.EnumerateArray().Select(entry => (entry.GetProperty("name").GetString(), entry.GetProperty("version").GetString(), entry.GetProperty("state").GetString())));
            Assert.Equal("not loaded", index[0].GetProperty("reason").GetString());
            Assert.Contains("cannot be loaded", index[1].GetProperty("reason").GetString()!, StringComparison.Ordinal);
        }
        (await _server.PostAsync("/v2/repository/index", """{"ready":true}""")).AssertOk("""[{"name":"m","version":"1","state":"READY","reason":""}]""");
        (await _server.PostAsync("/v2/repository/index", """{"ready":"yes"}""")).AssertError(400, "invalid_input", "ready should be a boolean, got a string");
    }

    [Fact]
    public async Task An_unloaded_model_is_not_found_and_the_server_is_not_ready()
    {
        (await _server.PostAsync("/v2/repository/models/m/unload", "{}")).AssertOk();

        foreach (var path in new[] { "/v1/models/m", "/v2/models/m", "/v2/models/m/ready", "/v2/models/m/stats", "/v2/models/m/config" })
            (await _server.GetAsync(path)).AssertError(404, "model_not_found", "Model with name m does not exist.");
        foreach (var path in new[] { "/v1/models/m:predict", "/v2/models/m/infer", "/v2/repository/models/m/unload" })
            (await _server.PostAsync(path, "")).AssertError(404, "model_not_found");
        (await _server.GetAsync("/v1/models")).AssertOk("""{"models":[]}""");
        Assert.Equal((503, """{"ready":false}"""), ((await _server.GetAsync("/v2/health/ready")).Status, (await _server.GetAsync("/v2/health/ready")).Body));
        (await _server.GetAsync("/v2/health/live")).AssertOk();

        (await _server.PostAsync("/v2/repository/models/m/load", "{}")).AssertOk();

        (await _server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
        Assert.Equal(2, await InferAsync("m"));
    }

    [Fact(Skip = ServerProcess.OnlyInTheTests, SkipUnless = nameof(ServerProcess.IsInTheTests), SkipType = typeof(ServerProcess))]
    public async Task A_model_is_503_during_its_first_load_and_the_server_remains_ready()
    {
        using var held = new HeldModel(_folder, "held");
        var loading = _server.PostAsync("/v2/repository/models/held/load", "{}");
        while ((await _server.GetAsync("/v2/models/held/ready")).Status == 404) Assert.False(loading.IsCompleted);

        (await _server.GetAsync("/v1/models/held")).AssertError(503, "model_not_ready");
        (await _server.GetAsync("/v2/models/held")).AssertError(503, "model_not_ready");
        (await _server.PostAsync("/v2/models/held/infer", Request)).AssertError(503, "model_not_ready", "Model with name held is not ready. It is being loaded.");
        (await _server.PostAsync("/v1/models/held:predict", """{"instances":[1]}""")).AssertError(503, "model_not_ready");
        (await _server.PostAsync("/v1/models/held:predict", "not json")).AssertError(503, "model_not_ready");
        (await _server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
        Assert.Contains("\"state\":\"LOADING\"", (await _server.PostAsync("/v2/repository/index", "{}")).AssertOk().Body, StringComparison.Ordinal);
        Assert.Equal(2, await InferAsync("m"));

        held.Release();
        (await loading).AssertOk("""{"name":"held","load":true}""");
        Assert.Equal(2, await InferAsync("held"));
    }

    // A raw socket: an HTTP client would resolve the dot segments.
    [Theory]
    [InlineData("..%2f..%2fetc")]
    [InlineData("%2e%2e%2fm")]
    [InlineData("%2E%2E%2Fm")]
    [InlineData("..%5cm")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("m%2f..%2fm")]
    [InlineData("m%0a")]
    [InlineData("m%1b")]
    [InlineData("m%7f")]
    public async Task A_name_that_is_a_path_is_rejected_in_every_escaping(string name)
    {
        foreach (var operation in new[] { "load", "unload" })
        {
            var (status, body) = await PostRawAsync($"/v2/repository/models/{name}/{operation}");
            Assert.Equal((400, """{"error":"model name must not contain path traversal characters","code":"invalid_input"}"""), (status, body));
        }
    }

    [Theory]
    [InlineData("/v2/repository/models/../load", 404)]
    [InlineData("/v2/repository/models/%2e%2e/load", 404)]
    [InlineData("/v2/repository/models//load", 404)]
    [InlineData("/v2/repository/models/m/../m/load", 200)]
    [InlineData("/v2/repository/models/m%00/load", 400)]
    [InlineData("/v2/repository/models/m%25/load", 404)]
    public async Task Dot_segments_and_escapes_are_resolved_before_routing(string path, int status)
        => Assert.Equal(status, (await PostRawAsync(path)).Status);

    [Fact]
    public async Task A_too_long_name_is_rejected()
        => (await _server.PostAsync($"/v2/repository/models/{new string('m', 256)}/load", "{}"))
            .AssertError(400, "invalid_input", "model name should have 1 to 255 characters, got 256");

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        foreach (var operation in new[] { "load", "unload" })
            (await _server.PostAsync($"/v2/repository/models/other/{operation}", "{}")).AssertError(404, "model_not_found", "Model with name other does not exist.");
    }

    [Fact]
    public async Task No_request_fails_during_a_reload_under_load()
    {
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            for (; !done.IsCancellationRequested; answered++) Assert.InRange(await InferAsync("m"), 2, 3);
            return answered;
        })).ToArray();

        for (var round = 0; round < 20; round++)
        {
            _folder.Copy(round % 2 == 0 ? "versioned/2" : "versioned/1", "m/model.onnx");
            (await _server.PostAsync("/v2/repository/models/m/load", "{}")).AssertOk();
        }
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(callers).WaitAsync(RunningServer.Guard), answered => Assert.True(answered > 0));
    }

    private async Task<float> InferAsync(string model)
        => (await _server.PostAsync($"/v2/models/{model}/infer", Request)).AssertOk().Json.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle();

    private async Task<(int Status, string Body)> PostRawAsync(string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_server.Client.BaseAddress!.Host, _server.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {_server.Host}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(RunningServer.Guard);
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }
}
