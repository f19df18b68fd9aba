using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Health.V1;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Telemetry;

public sealed partial class AccessLogTests : IAsyncLifetime
{
    private LogLines _lines = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => (_server, _lines) = await StartAsync("--enable_access_log");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Each_inference_has_a_line_with_its_name_model_code_and_times()
    {
        await PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""", "first");
        await PostAsync("/v2/models/versioned/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "second");
        await _server.Grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [1], 1), new Metadata { { "x-request-id", "third" } });
        await PostAsync("/v1/models/versioned:predict", "{", "fourth");
        await PostAsync("/v1/models/other:predict", "{}", "fifth");

        string[] expected =
        [
            "model: versioned, protocol: v1, code: 200, total_ms: N, queue_ms: N, preprocess_ms: N, predict_ms: N, postprocess_ms: N, explain_ms: 0, requestId: first",
            "model: versioned, protocol: v2, code: 200, total_ms: N, queue_ms: N, preprocess_ms: N, predict_ms: N, postprocess_ms: N, explain_ms: 0, requestId: second",
            "model: versioned, protocol: grpc, code: OK, total_ms: N, queue_ms: N, preprocess_ms: N, predict_ms: N, postprocess_ms: N, explain_ms: 0, requestId: third",
            "model: versioned, protocol: v1, code: 400, total_ms: N, queue_ms: 0, preprocess_ms: N, predict_ms: 0, postprocess_ms: 0, explain_ms: 0, requestId: fourth",
            "model: , protocol: v1, code: 404, total_ms: N, queue_ms: 0, preprocess_ms: 0, predict_ms: 0, postprocess_ms: 0, explain_ms: 0, requestId: fifth",
        ];
        Assert.Equal(expected, Lines(5).Select(line => Number().Replace(line, "N")));
    }

    [Fact]
    public async Task Each_message_of_a_stream_has_a_line_and_then_the_call_has_one()
    {
        using (var call = _server.Grpc.ModelStreamInfer(new Metadata { { "x-request-id", "stream" } }))
        {
            await call.RequestStream.WriteAsync(GrpcRequests.Typed("versioned", "x", [1], 1));
            await call.RequestStream.WriteAsync(new ModelInferRequest { ModelName = "other" });
            await call.RequestStream.CompleteAsync();
            Assert.Equal(2, await call.ResponseStream.ReadAllAsync().CountAsync());
        }

        Assert.Collection(
            Lines(3),
            line => Assert.Matches("^model: versioned, protocol: grpc, code: OK, .*requestId: stream$", line),
            line => Assert.Matches("^model: , protocol: grpc, code: NOT_FOUND, .*requestId: stream$", line),
            line => Assert.Matches("^POST /inference.GRPCInferenceService/ModelStreamInfer, code: OK, .*requestId: stream$", line));
    }

    [Fact]
    public async Task Other_requests_have_a_line_with_their_route()
    {
        await _server.GetAsync("/v2/models/versioned/versions/1");
        await _server.GetAsync("/v2/models/unknown%0Amodel/versions/1");
        await _server.GetAsync("/nowhere");
        await _server.SendAsync(new HttpMethod("SOMETHING-LONG"), "/v2");

        Assert.Equal(
            [
                "GET /v2/models/{modelName}/versions/{modelVersion}, code: 200",
                "GET /v2/models/{modelName}/versions/{modelVersion}, code: 404",
                "GET -, code: 404",
                "- -, code: 405",
            ],
            Lines(4).Select(line => line.Split(", total_ms")[0]));
    }

    [Fact]
    public async Task Probes_and_scrapes_are_not_logged()
    {
        foreach (var path in new[] { "/", "/v2/health/live", "/v2/health/ready", "/v1/models/versioned", "/v1/models/other", "/v2/models/versioned/ready", "/metrics" })
            await _server.GetAsync(path);
        await _server.Grpc.ServerLiveAsync(new ServerLiveRequest());
        await _server.Grpc.ServerReadyAsync(new ServerReadyRequest());
        await _server.Grpc.ModelReadyAsync(new ModelReadyRequest { Name = "versioned" });
        await new Health.HealthClient(_server.Channel).CheckAsync(new HealthCheckRequest());

        Assert.Empty(Lines(0));
    }

    [Fact]
    public async Task Nothing_of_a_body_a_path_or_another_header_is_logged()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/models/versioned:predict?key=secret-query")
        {
            Content = RunningServer.Json("""{"instances":["secret-body"]}"""),
            Headers = { { "authorization", "Bearer secret-header" }, { "user-agent", "secret-agent" } },
        };
        await _server.Client.SendAsync(message);
        await PostAsync("/v1/models/secret-model:predict", "secret-body", "id");

        Assert.Equal(2, Lines(2).Count);
        Assert.DoesNotContain(_lines.AtLeast(LogLevel.Trace).Where(line => line.StartsWith("InferenceServices", StringComparison.Ordinal)), line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_access_log_is_off_by_default()
    {
        var (server, lines) = await StartAsync();
        await using (server)
        {
            (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""")).AssertOk();

            Assert.DoesNotContain(lines.AtLeast(LogLevel.Trace), line => line.Contains("requestId", StringComparison.Ordinal));
        }
    }

    private static async Task<(RunningServer Server, LogLines Lines)> StartAsync(params string[] switches)
    {
        var app = PredictorHost.Build(
            ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("versioned")}", "--model_name=versioned", .. switches]);
        var lines = LogLines.Of(app);
        return (await RunningServer.StartAsync(app), lines);
    }

    private async Task PostAsync(string path, string body, string requestId)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(body), Headers = { { "x-request-id", requestId } } };
        using var answer = await _server.Client.SendAsync(message);
    }

    // The client may have the response before the line is logged.
    private List<string> Lines(int count)
    {
        SpinWait.SpinUntil(() => Lines().Count() >= count, RunningServer.Guard);
        return [.. Lines()];
    }

    // The category precedes the message, an exception follows.
    private IEnumerable<string> Lines()
        => _lines.AtLeast(LogLevel.Information).Where(line => line.Contains("AccessLog: ", StringComparison.Ordinal)).Select(line => line.Split("AccessLog: ")[1].TrimEnd());

    [GeneratedRegex(@"(?<=_ms: )(?!0,)[\d.E-]+")]
    private static partial Regex Number();
}
