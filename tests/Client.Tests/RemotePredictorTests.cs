using System.Net;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Client.Tests;

/// <summary>Errors of a predictor and of the connection to it.</summary>
public sealed class RemotePredictorTests
{
    [Theory]
    [InlineData(400, "{\"error\":\"why\"}", 400, "why")]
    [InlineData(401, "{\"error\":\"denied\"}", 401, "denied")]
    [InlineData(422, "{\"detail\":\"FastAPI's\"}", 422, "FastAPI's")]
    [InlineData(429, "{\"error\":\"full\"}", 429, "full")]
    [InlineData(503, "<html>", 503, "no error message")]
    [InlineData(404, "{\"error\":5}", 404, "no error message")]
    [InlineData(404, "{\"error\":\"\\ud800\"}", 404, "no error message")]
    [InlineData(404, "{\"error\":\" \"}", 404, "no error message")]
    [InlineData(404, "[1]", 404, "no error message")]
    [InlineData(500, "{\"error\":\"oops\"}", 502, "The predictor answered 500: oops")]
    [InlineData(204, "", 502, "The predictor answered 204: no error message")]
    public async Task An_error_of_the_predictor_is_forwarded_or_502(int status, string body, int expected, string message)
    {
        using var network = new FakeNetwork(() => FakeNetwork.Respond(body, (HttpStatusCode)status));

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((expected, message), (exception.StatusCode, exception.Message));
    }

    [Fact]
    public async Task A_long_error_message_is_read_in_part_and_shortened()
    {
        var endless = new EndlessStream();
        using var network = new FakeNetwork(() => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StreamContent(endless) });
        using var wordy = new FakeNetwork(() => FakeNetwork.Respond($"{{\"error\":\"{new string('w', 20_000)}\"}}", HttpStatusCode.BadRequest));

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));
        var sentence = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(wordy.Predictor()));

        Assert.Equal("no error message", exception.Message);
        Assert.InRange(endless.Taken, 1, 1 << 20);
        Assert.Equal(new string('w', 1000) + "…", sentence.Message);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Wed, 31 Dec 2025 23:59:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task Retry_after_is_forwarded_in_seconds(string header, int? seconds)
    {
        using var network = new FakeNetwork(() =>
        {
            var response = FakeNetwork.Respond("{}", HttpStatusCode.TooManyRequests);
            response.Headers.TryAddWithoutValidation("Retry-After", header);
            return response;
        });

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((429, seconds), (exception.StatusCode, (int?)exception.RetryAfter?.TotalSeconds));
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, "predictor_unreachable", "The predictor at predictor cannot be reached.")]
    [InlineData(HttpRequestError.NameResolutionError, "predictor_unreachable", "The predictor at predictor cannot be reached.")]
    [InlineData(HttpRequestError.SecureConnectionError, "predictor_unreachable", "The TLS handshake with the predictor at predictor failed: its certificate is not trusted, or it speaks no TLS.")]
    [InlineData(HttpRequestError.ResponseEnded, "predictor_failed", "The connection to the predictor at predictor broke before its answer was complete.")]
    [InlineData(HttpRequestError.InvalidResponse, "predictor_failed", "The connection to the predictor at predictor broke before its answer was complete.")]
    public async Task A_failed_connection_is_502_with_a_code_for_the_cause(HttpRequestError failure, string code, string message)
    {
        using var network = new FakeNetwork((_, _) => throw new HttpRequestException(failure));

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((502, code, message), (exception.StatusCode, exception.Code, exception.Message));
    }

    [Fact]
    public async Task A_slow_predictor_is_504_after_the_timeout()
    {
        using var network = new FakeNetwork(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return FakeNetwork.Respond("");
        });
        var answer = FakeNetwork.InferAsync(network.Predictor());

        network.Time.Advance(TimeSpan.FromSeconds(599));
        Assert.False(answer.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(2));
        var exception = await Assert.ThrowsAsync<PredictorException>(() => answer);

        Assert.Equal((504, "The predictor at predictor did not answer within 600 s."), (exception.StatusCode, exception.Message));
    }

    [Fact]
    public async Task Cancellation_cancels_the_request_and_is_not_a_timeout()
    {
        var reached = new TaskCompletionSource();
        using var caller = new CancellationTokenSource();
        using var network = new FakeNetwork(async (_, token) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return FakeNetwork.Respond("");
        });
        var answer = FakeNetwork.InferAsync(network.Predictor(), caller.Token);
        await reached.Task;

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    /// <summary>The handler reports its own connect timeout as a cancellation.</summary>
    [Fact]
    public async Task A_connect_timeout_is_a_failed_connection()
    {
        using var network = new FakeNetwork((_, _) => throw new TaskCanceledException("", new TimeoutException()));

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((502, "predictor_unreachable"), (exception.StatusCode, exception.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_over_the_limit_is_not_read(bool announced)
    {
        var endless = new EndlessStream();
        using var network = new FakeNetwork(() =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(endless) };
            if (announced) response.Content.Headers.ContentLength = 1L << 40;
            return response;
        })
        { Options = { PredictorPayloadLimit = 100_000 } };

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((502, "The predictor at predictor answered with more than 100000 bytes."), (exception.StatusCode, exception.Message));
        Assert.InRange(endless.Taken, 0, announced ? 0 : 400_000);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Taken { get; private set; }

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Taken += buffer.Length;
            return new(buffer.Length);
        }
    }
}
