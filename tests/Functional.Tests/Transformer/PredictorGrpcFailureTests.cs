using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>HTTP errors for gRPC statuses and messages of a predictor.</summary>
public sealed class PredictorGrpcFailureTests
{
    private static readonly Dictionary<string, Action<ModelInferResponse>> InconsistentResponses = new()
    {
        ["too few bytes"] = answer => answer.RawOutputContents[0] = ByteString.CopyFrom(0, 0, 0),
        ["too many"] = answer => answer.RawOutputContents[0] = ByteString.CopyFrom(new byte[12]),
        ["more contents than outputs"] = answer => answer.RawOutputContents.Add(ByteString.Empty),
        ["neither raw nor typed"] = answer => answer.RawOutputContents.Clear(),
        ["an unknown datatype"] = answer => answer.Outputs[0].Datatype = "FP99",
        ["another datatype"] = answer => answer.Outputs[0].Datatype = "INT64",
        ["text without lengths"] = answer => (answer.Outputs[0].Datatype, answer.RawOutputContents[0]) = ("BYTES", ByteString.CopyFrom(255, 255, 255, 255)),
        ["a negative axis"] = answer => answer.Outputs[0].Shape[1] = -2,
        ["an overflow"] = answer => answer.Outputs[0].Shape.Add([long.MaxValue, long.MaxValue]),
        ["an overflow behind a zero"] = answer => answer.Outputs[0].Shape.Add([0, long.MaxValue]),
        ["a hundred axes"] = answer => answer.Outputs[0].Shape.Add(Enumerable.Repeat(1L, 100)),
    };

    public static TheoryData<string> InconsistentResponseNames => [.. InconsistentResponses.Keys];

    [Theory]
    [InlineData(3, 400, "predictor_refused", "no such input")]
    [InlineData(11, 400, "predictor_refused", "no such input")]
    [InlineData(16, 401, "predictor_refused", "no such input")]
    [InlineData(7, 403, "predictor_refused", "no such input")]
    [InlineData(5, 404, "predictor_refused", "no such input")]
    [InlineData(9, 422, "predictor_refused", "no such input")]
    [InlineData(8, 429, "predictor_refused", "no such input")]
    [InlineData(14, 503, "predictor_refused", "no such input")]
    [InlineData(12, 501, "not_implemented", "no such input")]
    [InlineData(4, 504, "predictor_timeout", "The predictor took too long: no such input")]
    [InlineData(1, 502, "predictor_failed", "The predictor answered 500: no such input")]
    [InlineData(2, 502, "predictor_failed", "The predictor answered 500: no such input")]
    [InlineData(13, 502, "predictor_failed", "The predictor answered 500: no such input")]
    [InlineData(15, 502, "predictor_failed", "The predictor answered 500: no such input")]
    [InlineData(99, 502, "predictor_failed", "The predictor answered 500: no such input")]
    public async Task Each_gRPC_status_becomes_the_corresponding_http_status(int status, int expected, string code, string error)
    {
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => FailAsync(http, status, "no such input"));

        (await fake.PredictAsync()).AssertError(expected, code, error);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_forwarded(string value, int? seconds)
    {
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http =>
        {
            http.Response.Headers.RetryAfter = value;
            return FailAsync(http, 8, "full");
        });

        Assert.Equal(seconds, (int?)(await fake.PredictAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_long_message_is_shortened_and_a_missing_one_gets_a_default()
    {
        await using var wordy = await FakePredictor.StartAsync("grpc-v2", http => FailAsync(http, 3, new string('w', 3000)));
        await using var silent = await FakePredictor.StartAsync("grpc-v2", http => FailAsync(http, 3, ""));

        (await wordy.PredictAsync()).AssertError(400, "predictor_refused", new string('w', 1000) + "…");
        (await silent.PredictAsync()).AssertError(400, "predictor_refused", "no error message");
    }

    [Theory]
    [MemberData(nameof(InconsistentResponseNames))]
    public async Task An_inconsistent_response_is_502(string inconsistency)
    {
        var answer = FakePredictor.GrpcOk();
        InconsistentResponses[inconsistency](answer);
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => FakePredictor.SendMessageAsync(http, answer.ToByteArray()));

        (await fake.PredictAsync()).AssertError(502, "predictor_failed");
    }

    [Fact]
    public async Task A_response_with_typed_contents_is_read()
    {
        var answer = FakePredictor.GrpcOk();
        answer.RawOutputContents.Clear();
        answer.Outputs[0].Contents = new InferTensorContents { Fp32Contents = { 0.25f, 0.75f } };
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => FakePredictor.SendMessageAsync(http, answer.ToByteArray()));

        (await fake.PredictAsync()).AssertOk("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.75}""");
    }

    [Fact]
    public async Task An_unreadable_message_is_502()
    {
        await using var garbage = await FakePredictor.StartAsync("grpc-v2", http => FakePredictor.SendMessageAsync(http, [0xFF, 0xFF, 0xFF, 0xFF]));
        await using var cut = await FakePredictor.StartAsync("grpc-v2", async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 1, 0, 7 });
            http.Response.AppendTrailer("grpc-status", "0");
        });
        await using var reset = await FakePredictor.StartAsync("grpc-v2", async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 1, 0, 7 });
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await using var page = await FakePredictor.StartAsync("grpc-v2", http => http.Response.WriteAsync("<html>"));

        foreach (var fake in new[] { garbage, cut, reset, page }) (await fake.PredictAsync()).AssertError(502, "predictor_failed");
    }

    [Fact]
    public async Task A_predictor_without_HTTP_2_is_502()
    {
        await using var fake = await FakePredictor.StartAsync("v2", FakePredictor.OkAsync, "--predictor_protocol=grpc-v2");

        Assert.Equal(502, (await fake.PredictAsync()).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_unreachable_predictor_is_502(int retries)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var fake = await FakePredictor.InFrontOfAsync(socket.LocalEndPoint!.ToString()!, "--predictor_protocol=grpc-v2", $"--predictor_request_retries={retries}");

        (await fake.PredictAsync()).AssertError(502, "predictor_unreachable", $"The predictor at {socket.LocalEndPoint} cannot be reached.");
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(true, false, 503)]
    [InlineData(false, true, 503)]
    [InlineData(null, true, 503)]
    public async Task Readiness_requires_server_and_model(bool? server, bool model, int status)
    {
        await using var fake = await FakePredictor.StartAsync(
            "grpc-v2",
            http => http.Request.Path.Value switch
            {
                "/inference.GRPCInferenceService/ServerReady" when server is { } ready => FakePredictor.SendMessageAsync(http, new ServerReadyResponse { Ready = ready }.ToByteArray()),
                "/inference.GRPCInferenceService/ModelReady" => FakePredictor.SendMessageAsync(http, new ModelReadyResponse { Ready = model }.ToByteArray()),
                _ => FailAsync(http, 12, "no such method"),
            },
            "--enable_predictor_health_check");

        Assert.Equal(status, (await fake.Transformer.GetAsync("/v2/health/ready")).Status);
    }

    private static Task FailAsync(HttpContext http, int status, string message)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = message;
        return Task.CompletedTask;
    }
}
