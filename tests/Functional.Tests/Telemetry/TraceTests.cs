using Google.Protobuf;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Telemetry.Messages;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>One trace from the client through the transformer to the predictor's engine.</summary>
public sealed class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientSpan = "b7ad6b7169203331";

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("http/protobuf", "v2")]
    [InlineData("grpc", "grpc-v2")]
    public async Task A_trace_goes_from_the_client_through_the_transformer_to_the_predictor(string otlp, string protocol)
    {
        await using var collector = await TraceCollector.StartAsync(otlp);
        await using (var predictor = await StartAsync("Predictor", collector, otlp, []))
        await using (var transformer = await StartAsync(
            "Transformer", collector, otlp, $"--predictor_protocol={protocol}", $"--predictor_host={(protocol == "v2" ? predictor.Address : predictor.GrpcAddress).Authority}"))
        {
            // The first request loads the predictor's metadata.
            (await PredictAsync(transformer, traceparent: null)).AssertOk();
            (await PredictAsync(transformer, $"00-{TraceId}-{ClientSpan}-01")).AssertOk();
            await transformer.GetAsync("/v2/health/ready");
            // The servers export remaining spans before they exit.
            foreach (var server in new[] { transformer, predictor })
            {
                await server.SignalAsync("TERM");
                Assert.Equal(0, await server.ExitCodeAsync());
            }
        }

        var trace = collector.Spans.Where(one => Hex(one.Span.TraceId) == TraceId).ToArray();
        var served = Of("Transformer", ClientSpan);
        _ = Child("Transformer", served, "preprocess");
        _ = Child("Transformer", served, "postprocess");
        var predict = Child("Transformer", served, "predict");
        // gRPC's client has a span around HttpClient's.
        var sent = protocol == "v2" ? predict : Child("Transformer", predict, "Grpc.Net.Client.GrpcOut");
        sent = Child("Transformer", sent, "POST");
        var received = Of("Predictor", Hex(sent.SpanId));
        var run = Child("Predictor", received, "predict");
        var queue = Child("Predictor", run, "queue");
        var graph = Child("Predictor", run, "ort.run");
        Assert.Equal("langid", Assert.Single(run.Attributes).Value.StringValue);
        foreach (var (parent, child) in new[] { (served, predict), (predict, sent), (sent, received), (received, run), (run, queue), (run, graph) })
        {
            // Spans read the clock one after the other, and processes have different clocks.
            const ulong Tolerance = 5_000_000;
            Assert.True(parent.StartTimeUnixNano <= child.StartTimeUnixNano + Tolerance && child.EndTimeUnixNano <= parent.EndTimeUnixNano + Tolerance, $"{child.Name} outside {parent.Name}");
        }
        Assert.DoesNotContain(collector.Spans, one => one.Span.Name.Contains("health", StringComparison.Ordinal));

        Span Of(string program, string parent)
            => Assert.Single(trace, one => one.Service == $"InferenceServices.{program}" && one.Span.Kind == 2 && Hex(one.Span.ParentSpanId) == parent).Span;

        Span Child(string program, Span parent, string name)
            => Assert.Single(trace, one => one.Service == $"InferenceServices.{program}" && one.Span.Name == name && one.Span.ParentSpanId == parent.SpanId).Span;
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_failed_stage_has_an_error_status_and_an_unsampled_trace_is_not_exported()
    {
        await using var collector = await TraceCollector.StartAsync("http/protobuf");
        await using (var server = await StartAsync("Predictor", collector, "http/protobuf", []))
        {
            (await PredictAsync(server, $"00-{TraceId}-{ClientSpan}-01")).AssertError(400, "invalid_input");
            (await PredictAsync(server, "00-11111111111111111111111111111111-2222222222222222-00")).AssertError(400, "invalid_input");
            await server.SignalAsync("TERM");
            Assert.Equal(0, await server.ExitCodeAsync());
        }

        Assert.All(collector.Spans, one => Assert.Equal(TraceId, Hex(one.Span.TraceId)));
        var failed = Assert.Single(collector.Spans, one => one.Span.Name == "preprocess").Span;
        Assert.Equal((2, "invalid_input"), (failed.Status.Code, failed.Status.Message));
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task An_unavailable_collector_does_not_delay_requests()
    {
        await using var server = await ServerProcess.StartAsync("versioned", "--drain_delay_seconds=0", "--otel_exporter_otlp_endpoint=http://127.0.0.1:9");

        (await Answer.OfAsync(await server.Client.PostAsync("/v1/models/versioned:predict", RunningServer.Json("""{"instances":[1]}""")))).AssertOk();

        await server.SignalAsync("TERM");
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    [Theory(Skip = ServerProcess.OnlyInTheTests, SkipUnless = nameof(ServerProcess.IsInTheTests), SkipType = typeof(ServerProcess))]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_collector_no_OpenTelemetry_assembly_is_loaded(bool traces)
    {
        await using var server = await ServerProcess.StartAsync("versioned", traces ? ["--otel_exporter_otlp_endpoint=http://127.0.0.1:9"] : []);
        (await Answer.OfAsync(await server.Client.PostAsync("/v1/models/versioned:predict", RunningServer.Json("""{"instances":[1]}""")))).AssertOk();
        Assert.Equal(200, (await server.GetAsync("/metrics")).Status);

        Assert.Equal(traces, (await File.ReadAllTextAsync($"/proc/{server.Id}/maps")).Contains("OpenTelemetry.", StringComparison.Ordinal));
    }

    private static Task<ServerProcess> StartAsync(string program, TraceCollector collector, string otlp, params string[] switches)
        => ServerProcess.StartAsync(
            program,
            ["--model_name=langid", $"--model_dir={TestData.LangIdModel}", "--drain_delay_seconds=0", $"--otel_exporter_otlp_endpoint={collector.Address}", .. switches],
            new() { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = otlp });

    private static async Task<Answer> PredictAsync(ServerProcess server, string? traceparent)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/models/langid:predict") { Content = RunningServer.Json("""{"text":"Some text"}""") };
        if (traceparent is not null) message.Headers.Add("traceparent", traceparent);
        return await Answer.OfAsync(await server.Client.SendAsync(message));
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
