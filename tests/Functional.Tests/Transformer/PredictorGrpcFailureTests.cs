using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>What a predictor's gRPC statuses and messages become.</summary>
public sealed class PredictorGrpcFailureTests
{
    private static readonly Dictionary<string, Action<ModelInferResponse>> Lies = new()
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

    public static TheoryData<string> LieNames => [.. Lies.Keys];

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
    public async Task A_status_becomes_the_http_status_it_stands_for(int status, int expected, string code, string error)
    {
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => RefuseAsync(http, status, "no such input"));

        (await fake.PredictAsync()).AssertRefused(expected, code, error);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_passed_on(string value, int? seconds)
    {
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http =>
        {
            http.Response.Headers.RetryAfter = value;
            return RefuseAsync(http, 8, "full");
        });

        Assert.Equal(seconds, (int?)(await fake.PredictAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_long_reason_is_cut_and_none_is_said_to_be_none()
    {
        await using var wordy = await FakePredictor.StartAsync("grpc-v2", http => RefuseAsync(http, 3, new string('w', 3000)));
        await using var silent = await FakePredictor.StartAsync("grpc-v2", http => RefuseAsync(http, 3, ""));

        (await wordy.PredictAsync()).AssertRefused(400, "predictor_refused", new string('w', 1000) + "…");
        (await silent.PredictAsync()).AssertRefused(400, "predictor_refused", "it gave no reason");
    }

    [Theory]
    [MemberData(nameof(LieNames))]
    public async Task An_answer_that_does_not_hold_together_is_502(string lie)
    {
        var answer = FakePredictor.GrpcOk();
        Lies[lie](answer);
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => FakePredictor.SendMessageAsync(http, answer.ToByteArray()));

        (await fake.PredictAsync()).AssertRefused(502, "predictor_failed");
    }

    [Fact]
    public async Task An_answer_in_typed_fields_is_read()
    {
        var answer = FakePredictor.GrpcOk();
        answer.RawOutputContents.Clear();
        answer.Outputs[0].Contents = new InferTensorContents { Fp32Contents = { 0.25f, 0.75f } };
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http => FakePredictor.SendMessageAsync(http, answer.ToByteArray()));

        (await fake.PredictAsync()).AssertOk("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.75}""");
    }

    [Fact]
    public async Task What_is_no_message_is_502()
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

        foreach (var fake in new[] { garbage, cut, reset, page }) (await fake.PredictAsync()).AssertRefused(502, "predictor_failed");
    }

    [Fact]
    public async Task A_predictor_that_speaks_only_HTTP_1_is_502()
    {
        await using var fake = await FakePredictor.StartAsync("v2", FakePredictor.OkAsync, "--predictor_protocol=grpc-v2");

        Assert.Equal(502, (await fake.PredictAsync()).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_predictor_that_is_down_is_502(int retries)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var fake = await FakePredictor.InFrontOfAsync(socket.LocalEndPoint!.ToString()!, "--predictor_protocol=grpc-v2", $"--predictor_request_retries={retries}");

        (await fake.PredictAsync()).AssertRefused(502, "predictor_unreachable", $"The predictor at {socket.LocalEndPoint} cannot be reached.");
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(true, false, 503)]
    [InlineData(false, true, 503)]
    [InlineData(null, true, 503)]
    public async Task Readiness_is_that_of_server_and_model(bool? server, bool model, int status)
    {
        await using var fake = await FakePredictor.StartAsync(
            "grpc-v2",
            http => http.Request.Path.Value switch
            {
                "/inference.GRPCInferenceService/ServerReady" when server is { } ready => FakePredictor.SendMessageAsync(http, new ServerReadyResponse { Ready = ready }.ToByteArray()),
                "/inference.GRPCInferenceService/ModelReady" => FakePredictor.SendMessageAsync(http, new ModelReadyResponse { Ready = model }.ToByteArray()),
                _ => RefuseAsync(http, 12, "no such method"),
            },
            "--enable_predictor_health_check");

        Assert.Equal(status, (await fake.Transformer.GetAsync("/v2/health/ready")).Status);
    }

    private static Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = message;
        return Task.CompletedTask;
    }
}
