using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Responses of a transformer when its predictor fails.</summary>
public sealed class PredictorFailureTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_unreachable_predictor_is_502(int retries)
    {
        // The port is bound and does not listen: connections to it are refused.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var fake = await FakePredictor.InFrontOfAsync(socket.LocalEndPoint!.ToString()!, $"--predictor_request_retries={retries}");

        var answer = await fake.PredictAsync();

        answer.AssertError(502, "predictor_unreachable", $"The predictor at {socket.LocalEndPoint} cannot be reached.");
    }

    [Fact]
    public async Task An_unresolvable_predictor_host_is_502()
    {
        await using var fake = await FakePredictor.InFrontOfAsync("predictor.invalid");

        (await fake.PredictAsync()).AssertError(502, "predictor_unreachable");
    }

    [Fact]
    public async Task A_predictor_that_never_responds_is_504_after_the_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var fake = await FakePredictor.InFrontOfAsync(listener.LocalEndpoint.ToString()!, "--predictor_request_timeout_seconds=1");
        var clock = Stopwatch.StartNew();

        var answer = await fake.PredictAsync();

        answer.AssertError(504, "predictor_timeout", $"The predictor at {listener.LocalEndpoint} did not answer within 1 s.");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 20);
    }

    [Fact]
    public async Task A_predictor_that_stalls_within_its_response_is_504()
    {
        var never = new TaskCompletionSource();
        await using var fake = await FakePredictor.StartAsync(
            async http =>
            {
                http.Response.ContentLength = 1000;
                await http.Response.WriteAsync("{");
                await http.Response.Body.FlushAsync();
                await never.Task.WaitAsync(http.RequestAborted);
            },
            "--predictor_request_timeout_seconds=1");

        (await fake.PredictAsync()).AssertError(504, "predictor_timeout");
    }

    [Theory]
    [InlineData(400, 400, "predictor_refused", "no such input")]
    [InlineData(404, 404, "predictor_refused", "no such input")]
    [InlineData(429, 429, "predictor_refused", "no such input")]
    [InlineData(503, 503, "predictor_refused", "no such input")]
    [InlineData(500, 502, "predictor_failed", "The predictor answered 500: no such input")]
    [InlineData(501, 502, "predictor_failed", "The predictor answered 501: no such input")]
    [InlineData(302, 502, "predictor_failed", "The predictor answered 302: no such input")]
    public async Task An_error_of_the_predictor_is_forwarded_or_502(int status, int passedOn, string code, string error)
    {
        await using var fake = await FakePredictor.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "/elsewhere";
            http.Response.Headers["x-secret"] = "not for the caller";
            return http.Response.WriteAsync("""{"error":"no such input","code":"theirs"}""");
        });

        var answer = await fake.PredictAsync();

        answer.AssertError(passedOn, code, error);
        Assert.Null(answer.RetryAfter);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Retry_after_is_forwarded(int status)
    {
        await using var fake = await FakePredictor.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "7";
            return http.Response.WriteAsync("""{"error":"full"}""");
        });

        Assert.Equal(TimeSpan.FromSeconds(7), (await fake.PredictAsync()).RetryAfter);
    }

    [Theory]
    [InlineData("<html>Service Unavailable</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"error":{"message":"nested"}}""")]
    public async Task An_error_without_a_message_has_a_default_message(string body)
    {
        await using var fake = await FakePredictor.StartAsync(http =>
        {
            http.Response.StatusCode = 503;
            return http.Response.WriteAsync(body);
        });

        (await fake.PredictAsync()).AssertError(503, "predictor_refused", "no error message");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>OK</html>")]
    [InlineData("[]")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.25]}]}""")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP99","data":[0.25,0.75]}]}""")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.25,0.75]}]""")]
    public async Task An_invalid_V2_response_is_an_error_of_the_predictor(string body)
    {
        await using var fake = await FakePredictor.StartAsync(http => http.Response.WriteAsync(body));

        (await fake.PredictAsync()).AssertError(502, "predictor_failed");
    }

    [Fact]
    public async Task A_response_that_is_not_UTF8_is_an_error_of_the_predictor()
    {
        await using var fake = await FakePredictor.StartAsync(http => http.Response.Body.WriteAsync(
            new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' }).AsTask());

        (await fake.PredictAsync()).AssertError(502, "predictor_failed");
    }

    /// <summary>The vocabulary and the predictor belong to different models: not an error of the client.</summary>
    [Theory]
    [InlineData("""{"model_name":"langid","outputs":[]}""")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"scores","shape":[1,2],"datatype":"FP32","data":[0,1]}]}""")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,3],"datatype":"FP32","data":[0,1,0]}]}""")]
    [InlineData("""{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP64","data":[0,1]}]}""")]
    public async Task A_predictor_with_another_model_is_a_server_error(string body)
    {
        await using var fake = await FakePredictor.StartAsync(http => http.Response.WriteAsync(body));

        (await fake.PredictAsync()).AssertError(500, "internal_error", "The server failed on this request.");
    }
}
