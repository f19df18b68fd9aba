using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Telemetry;

public sealed class MetricsTests
{
    private const string Infer = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";

    [Fact]
    public async Task Inferences_of_all_protocols_are_counted_by_status()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");
        (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1,2]}""")).AssertOk();
        (await server.PostAsync("/v1/models/versioned:predict", "{")).AssertError(400, "invalid_input");
        (await server.PostAsync("/v1/models/versioned:explain", "{}")).AssertError(501, "not_implemented");
        (await server.PostAsync("/v2/models/versioned/versions/1/infer", Infer)).AssertOk();
        (await server.PostAsync("/v2/models/versioned/versions/9/infer", Infer)).AssertError(404, "model_not_found");
        await server.Grpc.ModelInferAsync(Message());
        await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(new ModelInferRequest { ModelName = "versioned" }));

        var samples = await Samples.OfAsync(server);

        Assert.Equal(
            [
                """request_total{model_name="versioned",protocol="grpc",code="INVALID_ARGUMENT"} 1""",
                """request_total{model_name="versioned",protocol="grpc",code="OK"} 1""",
                """request_total{model_name="versioned",protocol="v1",code="200"} 1""",
                """request_total{model_name="versioned",protocol="v1",code="400"} 1""",
                """request_total{model_name="versioned",protocol="v1",code="501"} 1""",
                """request_total{model_name="versioned",protocol="v2",code="200"} 1""",
                """request_total{model_name="versioned",protocol="v2",code="404"} 1""",
            ],
            Of(samples, "request_total"));
        Assert.Equal(
            [
                """request_refused_total{model_name="versioned",reason="invalid_input"} 2""",
                """request_refused_total{model_name="versioned",reason="model_not_found"} 1""",
                """request_refused_total{model_name="versioned",reason="not_implemented"} 1""",
            ],
            Of(samples, "request_refused_total"));
        Assert.Equal(3, samples["""execution_total{model_name="versioned"}"""]);
        Assert.Equal(4, samples["""batch_size_sum{model_name="versioned"}"""]);
        Assert.Equal(3, samples["""request_queue_seconds_count{model_name="versioned"}"""]);
        Assert.Equal(3, samples["""request_postprocess_seconds_count{model_name="versioned"}"""]);
        Assert.Equal(0, samples["request_in_flight"]);
    }

    [Fact]
    public async Task Clients_cannot_create_series()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");
        (await server.PostAsync("/v1/models/mine:predict", "{}")).AssertError(404, "model_not_found");
        (await server.PostAsync("/v2/models/mine/versions/8/infer", Infer)).AssertError(404, "model_not_found");
        await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(new ModelInferRequest { ModelName = "mine" }));
        await server.SendAsync(new HttpMethod("MINE"), "/v1/models/mine:predict");
        await server.GetAsync("/mine");

        var samples = await Samples.OfAsync(server);

        Assert.DoesNotContain(samples.Series, series => series.Contains("mine", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            [
                """request_total{model_name="",protocol="grpc",code="NOT_FOUND"} 1""",
                """request_total{model_name="",protocol="v1",code="404"} 1""",
                """request_total{model_name="",protocol="v2",code="404"} 1""",
            ],
            Of(samples, "request_total"));
    }

    [Fact]
    public async Task Requests_other_than_inferences_are_not_counted()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");
        foreach (var path in new[] { "/", "/v1/models", "/v1/models/versioned", "/v2", "/v2/health/ready", "/v2/models/versioned", "/v2/models/stats", "/metrics", "/nowhere" })
            await server.GetAsync(path);
        await server.Grpc.ServerReadyAsync(new ServerReadyRequest());

        Assert.Empty(Of(await Samples.OfAsync(server), "request_total"));
    }

    [Fact]
    public async Task An_unreadable_message_is_a_failed_inference()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned", "--grpc_max_receive_message_length=1000");
        var large = Message();
        large.Inputs[0].Contents.Fp32Contents.AddRange(new float[1_000]);

        await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(large));

        var samples = await Samples.OfAsync(server);
        Assert.Equal(["""request_total{model_name="",protocol="grpc",code="RESOURCE_EXHAUSTED"} 1"""], Of(samples, "request_total"));
    }

    [Fact]
    public async Task Each_message_of_a_stream_is_an_inference()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");
        using (var call = server.Grpc.ModelStreamInfer())
        {
            foreach (var message in new[] { Message(), new ModelInferRequest { ModelName = "versioned" }, new ModelInferRequest { ModelName = "mine" }, Message() })
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(4, await call.ResponseStream.ReadAllAsync().CountAsync());
        }

        Assert.Equal(
            [
                """request_total{model_name="",protocol="grpc",code="NOT_FOUND"} 1""",
                """request_total{model_name="versioned",protocol="grpc",code="INVALID_ARGUMENT"} 1""",
                """request_total{model_name="versioned",protocol="grpc",code="OK"} 2""",
            ],
            Of(await Samples.OfAsync(server), "request_total"));
    }

    [Fact]
    public async Task A_cancelled_request_is_in_flight_until_then_and_counted_as_cancelled()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var rest = server.PostAsync("/v1/models/slow:predict", RunningServer.Json("""{"instances":[1000000]}"""), callers.Token);
        var grpc = server.Grpc.ModelInferAsync(GrpcRequests.Slow(1_000_000), cancellationToken: callers.Token);
        await Samples.WaitForAsync(server, "request_in_flight", 2);

        await callers.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest);
        await Assert.ThrowsAsync<RpcException>(async () => await grpc);
        await Samples.WaitForAsync(server, "request_in_flight", 0);
        var samples = await Samples.OfAsync(server);
        Assert.Equal(1, samples["""request_total{model_name="slow",protocol="v1",code="499"}"""]);
        Assert.Equal(1, samples["""request_total{model_name="slow",protocol="grpc",code="CANCELLED"}"""]);
    }

    [Fact]
    public async Task Without_metrics_there_is_no_endpoint()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned", "--enable_metrics=false");
        (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""")).AssertOk();

        (await server.GetAsync("/metrics")).AssertError(404, "not_found");
    }

    [Fact]
    public async Task The_endpoint_accepts_GET_only()
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");

        (await server.PostAsync("/metrics", "")).AssertError(405, "method_not_allowed");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", (await server.GetAsync("/metrics")).ContentType);
    }

    private static ModelInferRequest Message() => GrpcRequests.Typed("versioned", "x", [1], 1);

    private static IEnumerable<string> Of(Samples samples, string name)
        => samples.Series.Where(series => series.Split('{')[0] == name).Order(StringComparer.Ordinal).Select(series => $"{series} {samples[series]}");
}
