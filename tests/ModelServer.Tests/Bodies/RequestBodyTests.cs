using System.IO.Pipelines;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Tests.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

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

        await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await RequestBody.ReadAsync(http.Request, 10, Memories.Of().Admit(), CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_memory_of_bodies_is_limited_and_released(bool announce)
    {
        var memory = Memories.Of(bytes: 1_000_000);
        string[] body = [new('x', 10_000), new('y', 40_000)];

        for (var turn = 0; turn < 3; turn++)
        {
            using var reservations = new Reservations(memory);
            using var first = await ReadAsync(100_000, announce, reservations.Next(), body);
            using var second = await ReadAsync(100_000, announce, reservations.Next(), body);
            await Assert.ThrowsAsync<ServerBusyException>(async () =>
            {
                while (true) await ReadAsync(100_000, announce, reservations.Next(), body);
            });
        }
        Assert.Equal(0, memory.Bodies.UsedBytes);
    }

    [Fact]
    public async Task Only_bytes_that_have_arrived_are_counted()
    {
        var memory = Memories.Of(bytes: 1_000_000);
        using var reservation = memory.Admit();
        var pipe = new Pipe();
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        http.Request.ContentLength = 60_000_000;
        await pipe.Writer.WriteAsync(new byte[100]);

        var reading = RequestBody.ReadAsync(http.Request, 64 << 20, reservation, CancellationToken.None);

        Assert.False(reading.IsCompleted);
        Assert.InRange(memory.Bodies.UsedBytes, 100, 4_096);
        await pipe.Writer.CompleteAsync();
        (await reading).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_body_that_does_not_arrive_in_time_is_408(int bytes)
        => await AssertTimeoutAsync(new RequestMemory(Options.Create(new ModelServerOptions { RequestBodyTimeoutSeconds = 1 })), bytes);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_body_below_the_minimum_data_rate_is_408(int bytes)
        => await AssertTimeoutAsync(
            new RequestMemory(Options.Create(new ModelServerOptions { RequestBodyTimeoutSeconds = 86_400, MinDataRate = 1_000 })) { GracePeriod = TimeSpan.Zero }, bytes);

    [Fact]
    public async Task A_body_without_bytes_at_first_is_read_in_place()
    {
        var pipe = new Pipe();
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        http.Request.ContentLength = 3;

        var reading = RequestBody.ReadAsync(http.Request, 3, Memories.Of().Admit(), CancellationToken.None);
        await pipe.Writer.WriteAsync("abc"u8.ToArray());

        using var body = await reading;
        Assert.Equal("abc", Encoding.UTF8.GetString(body.Memory.Span));
    }

    private static async Task AssertTimeoutAsync(RequestMemory memory, int bytes)
    {
        using var reservation = memory.Admit();
        var pipe = new Pipe();
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        await pipe.Writer.WriteAsync(new byte[bytes]);

        var exception = await Assert.ThrowsAsync<BadHttpRequestException>(
            async () => await RequestBody.ReadAsync(http.Request, 1_000, reservation, CancellationToken.None));

        Assert.Equal(408, exception.StatusCode);
    }

    private static Task<RequestBody> ReadAsync(long limit, bool announce, params string[] pieces) => ReadAsync(limit, announce, null, pieces);

    private static async Task<RequestBody> ReadAsync(long limit, bool announce, MemoryReservation? reservation, params string[] pieces)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));
        if (announce) http.Request.ContentLength = pieces.Sum(piece => piece.Length);
        var reading = RequestBody.ReadAsync(http.Request, limit, reservation ?? Memories.Of().Admit(), CancellationToken.None);
        foreach (var piece in pieces) await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece));
        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    private sealed class BodyPipe(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class Reservations(RequestMemory memory) : IDisposable
    {
        private readonly List<MemoryReservation> _all = [];

        public MemoryReservation Next()
        {
            _all.Add(memory.Admit());
            return _all[^1];
        }

        public void Dispose()
        {
            foreach (var reservation in _all) reservation.Dispose();
        }
    }
}
