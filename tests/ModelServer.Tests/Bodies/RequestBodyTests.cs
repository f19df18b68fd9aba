using System.IO.Pipelines;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace InferenceServices.ModelServer.Tests.Bodies;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("abc", 3)]
    [InlineData("abc", 4)]
    public async Task A_body_up_to_the_limit_is_read(string text, long limit)
    {
        using var announced = await ReadAsync(limit, announce: true, text);
        using var unannounced = await ReadAsync(limit, announce: false, text);

        Assert.Equal(text, Encoding.UTF8.GetString(announced.Memory.Span));
        Assert.Equal(text, Encoding.UTF8.GetString(unannounced.Memory.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_in_many_segments_is_read(bool announce)
    {
        var pieces = Enumerable.Range(0, 3_000).Select(i => $"{i},").ToArray();

        using var body = await ReadAsync(1_000_000, announce, pieces);

        Assert.Equal(string.Concat(pieces), Encoding.UTF8.GetString(body.Memory.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_byte_more_than_the_limit_is_rejected(bool announce)
    {
        var exception = await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(3, announce, "abcd"));

        Assert.Equal("The request body is larger than the 3 bytes this service takes.", exception.Message);
    }

    [Fact]
    public async Task Segments_over_the_limit_in_total_are_rejected()
        => await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(5, announce: false, "abc", "def"));

    [Fact]
    public async Task A_Content_Length_over_the_limit_is_rejected_before_the_body_is_read()
    {
        var http = new DefaultHttpContext();
        http.Request.ContentLength = 11;

        await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await RequestBody.ReadAsync(http.Request, 10, Limiters.Of(), CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_memory_of_bodies_is_limited_and_released(bool announce)
    {
        var limiter = Limiters.Of(memoryBytes: 40_000);
        string[] body = [new('x', 10_000), new('y', 10_000)];

        for (var turn = 0; turn < 3; turn++)
        {
            using var first = await ReadAsync(100_000, announce, limiter, body);
            var exception = await Assert.ThrowsAsync<ServerBusyException>(async () => await ReadAsync(100_000, announce, limiter, body));
            Assert.Equal("The requests in progress use nearly all of the 40000 bytes of memory for request bodies; try again later or send a smaller request.", exception.Message);
        }
    }

    [Fact]
    public async Task Requests_in_flight_are_counted_also_when_they_fail()
    {
        var limiter = Limiters.Of(requests: 1);

        for (var turn = 0; turn < 3; turn++)
        {
            await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(5, announce: false, limiter, "abc", "def"));
            using var first = await ReadAsync(5, announce: true, limiter, "abc");
            var exception = await Assert.ThrowsAsync<ServerBusyException>(async () => await ReadAsync(5, announce: true, limiter, "abc"));
            Assert.Equal("The server has 1 requests in progress already; try again later.", exception.Message);
        }
    }

    private static Task<RequestBody> ReadAsync(long limit, bool announce, params string[] pieces) => ReadAsync(limit, announce, null, pieces);

    private static async Task<RequestBody> ReadAsync(long limit, bool announce, RequestLimiter? limiter, params string[] pieces)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        if (announce) http.Request.ContentLength = pieces.Sum(piece => piece.Length);
        var reading = RequestBody.ReadAsync(http.Request, limit, limiter ?? Limiters.Of(), CancellationToken.None);
        foreach (var piece in pieces) await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece));
        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    private sealed class BodyPipe(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
