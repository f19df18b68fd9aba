namespace InferenceServices.Http.Tests;

public sealed class PooledBodyTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    public async Task A_body_within_the_limit_is_read(int length, bool hasContentLength)
    {
        using var body = await PooledBody.ReadAsync(Content(length, hasContentLength), 100_000, CancellationToken.None);

        Assert.Equal(Bytes(length), body!.Memory.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_above_the_limit_is_null(bool hasContentLength)
        => Assert.Null(await PooledBody.ReadAsync(Content(100_001, hasContentLength), 100_000, CancellationToken.None));

    [Fact]
    public async Task A_cancelled_read_throws()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await PooledBody.ReadAsync(Content(10, true), 100, new CancellationToken(canceled: true)));

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)index)];

    private static StreamContent Content(int length, bool hasContentLength)
    {
        var content = new StreamContent(hasContentLength ? new MemoryStream(Bytes(length)) : new UnseekableStream(Bytes(length)));
        if (hasContentLength) content.Headers.ContentLength = length;
        return content;
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
