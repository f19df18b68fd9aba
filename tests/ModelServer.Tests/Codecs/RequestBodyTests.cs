using System.IO.Pipelines;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Codecs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace InferenceServices.ModelServer.Tests.Codecs;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("abc", 3)]
    [InlineData("abc", 4)]
    public async Task A_body_up_to_the_limit_is_read_whole(string text, long limit)
    {
        using var announced = await ReadAsync(limit, announce: true, text);
        using var unannounced = await ReadAsync(limit, announce: false, text);

        Assert.Equal(text, Encoding.UTF8.GetString(announced.Memory.Span));
        Assert.Equal(text, Encoding.UTF8.GetString(unannounced.Memory.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_in_many_pieces_becomes_one(bool announce)
    {
        var pieces = Enumerable.Range(0, 3_000).Select(i => $"{i},").ToArray();

        using var body = await ReadAsync(1_000_000, announce, pieces);

        Assert.Equal(string.Concat(pieces), Encoding.UTF8.GetString(body.Memory.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_byte_more_than_the_limit_is_refused(bool announce)
    {
        var refusal = await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(3, announce, "abcd"));

        Assert.Equal("The request body is larger than the 3 bytes this service takes.", refusal.Message);
    }

    [Fact]
    public async Task Pieces_that_pass_the_limit_together_are_refused()
        => await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(5, announce: false, "abc", "def"));

    [Fact]
    public async Task What_is_announced_too_large_is_refused_unread()
    {
        var http = new DefaultHttpContext();
        http.Request.ContentLength = 11;

        await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await RequestBody.ReadAsync(http.Request, 10, CancellationToken.None));
    }

    private static async Task<RequestBody> ReadAsync(long limit, bool announce, params string[] pieces)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        if (announce) http.Request.ContentLength = pieces.Sum(piece => piece.Length);
        var reading = RequestBody.ReadAsync(http.Request, limit, CancellationToken.None);
        foreach (var piece in pieces) await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece));
        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    private sealed class BodyPipe(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
