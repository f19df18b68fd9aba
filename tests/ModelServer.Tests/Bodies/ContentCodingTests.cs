using System.IO.Compression;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Tests.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace InferenceServices.ModelServer.Tests.Bodies;

public sealed class ContentCodingTests
{
    private const string Text = """{"instances":[[1,2,3,4],[1,2,3,4],[1,2,3,4],[1,2,3,4]]}""";

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("deflate, gzip", "gzip")]
    [InlineData("gzip;q=0.5, deflate", "deflate")]
    [InlineData("gzip;q=0, deflate;q=0", null)]
    [InlineData("br", null)]
    [InlineData("*", "gzip")]
    [InlineData("gzip;q=0, *", "deflate")]
    [InlineData("identity", null)]
    [InlineData("identity;q=1, gzip;q=0.5", null)]
    [InlineData("br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip")]
    [InlineData(";;;", null)]
    public void The_preferred_accepted_coding_is_selected(string? accepted, string? coding)
    {
        var http = new DefaultHttpContext();
        if (accepted is not null) http.Request.Headers.AcceptEncoding = accepted;

        Assert.Equal(coding, ContentCoding.Choose(http.Request, 5_000));
    }

    [Fact]
    public void A_short_response_is_not_compressed()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptEncoding = "gzip";

        Assert.Null(ContentCoding.Choose(http.Request, 499));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData(" GZip ")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_decompressed(string coding)
    {
        using var body = await ReadAsync(Coded(Text, coding), coding);

        Assert.Equal(Text, Encoding.UTF8.GetString(body.Memory.Span));
    }

    [Fact]
    public async Task Decompression_stops_at_the_limit()
        => await Assert.ThrowsAsync<PayloadTooLargeException>(async () => await ReadAsync(Coded(new string(' ', 50_000_000), "gzip"), "gzip", 100_000));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_body_that_does_not_match_its_coding_is_rejected(string coding)
    {
        var exception = await Assert.ThrowsAsync<InvalidInputException>(async () => await ReadAsync(Encoding.UTF8.GetBytes(Text), coding));

        Assert.Equal($"The request body is incomplete, has bytes behind its end or does not match its Content-Encoding: '{coding}'.", exception.Message);
    }

    // Lengths around those in which the decoder reads.
    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 2)]
    [InlineData("gzip", 8_191)]
    [InlineData("gzip", 8_192)]
    [InlineData("gzip", 100_000)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 2)]
    [InlineData("deflate", 8_191)]
    [InlineData("deflate", 8_192)]
    [InlineData("deflate", 100_000)]
    public async Task Bytes_behind_the_compressed_data_are_rejected(string coding, int count)
    {
        foreach (var text in new[] { "", Text, RandomText(8_192), RandomText(50_000) })
        {
            byte[] good = Coded(text, coding);
            using (var body = await ReadAsync(good, coding)) Assert.Equal(text, Encoding.UTF8.GetString(body.Memory.Span));
            foreach (var fill in new byte[] { 0, (byte)'x', 0x1F })
                await Assert.ThrowsAsync<InvalidInputException>(async () => await ReadAsync([.. good, .. Enumerable.Repeat(fill, count)], coding));
        }
    }

    // The decoder reads 8 KiB at a time: members end before, at and behind the end of a read.
    [Fact]
    public async Task Several_members_of_gzip_are_one_body()
    {
        var lengths = new List<int>();
        for (var length = 8_150; length < 8_200; length++)
        {
            var text = RandomText(length);
            using var target = new MemoryStream();
            using (var encoder = new GZipStream(target, CompressionLevel.NoCompression, leaveOpen: true)) encoder.Write(Encoding.ASCII.GetBytes(text));
            var first = target.ToArray();
            lengths.Add(first.Length);
            byte[] two = [.. first, .. Coded(Text, "gzip")];

            using (var body = await ReadAsync(two, "gzip")) Assert.Equal(text + Text, Encoding.UTF8.GetString(body.Memory.Span));
            foreach (byte[] wrong in new byte[][] { [.. first, 0], [.. two, 0], [.. first, 0, .. Coded(Text, "gzip")], two[..^1] })
                await Assert.ThrowsAsync<InvalidInputException>(async () => await ReadAsync(wrong, "gzip"));
        }
        Assert.Contains(8_192, lengths);
    }

    [Fact]
    public async Task Several_bodies_of_deflate_are_rejected()
        => await Assert.ThrowsAsync<InvalidInputException>(async () => await ReadAsync([.. Coded(Text, "deflate"), .. Coded(Text, "deflate")], "deflate"));

    [Theory]
    [InlineData("br")]
    [InlineData("gzip,gzip")]
    [InlineData("zstd")]
    public async Task An_unsupported_coding_is_rejected(string coding)
    {
        var exception = await Assert.ThrowsAsync<UnsupportedContentCodingException>(async () => await ReadAsync(Coded(Text, "gzip"), coding));

        Assert.Equal($"Content-Encoding should be gzip or deflate, got '{coding}'.", exception.Message);
    }

    // Compressed, it is about as long as before.
    private static string RandomText(int length)
    {
        var random = new Random(length);
        return string.Create(length, random, static (text, random) =>
        {
            foreach (ref var character in text) character = (char)random.Next(128);
        });
    }

    private static byte[] Coded(string text, string coding)
    {
        var target = new MemoryStream();
        using (var encoder = ContentCoding.Encode(target, coding == "deflate" ? "deflate" : "gzip")) encoder.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }

    private static async Task<RequestBody> ReadAsync(byte[] coded, string coding, long limit = 1_000_000)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(coded);
        http.Request.ContentLength = coded.Length;
        http.Request.Headers.ContentEncoding = new StringValues(coding);
        return await RequestBody.ReadAsync(http.Request, limit, Memories.Of().Admit(), CancellationToken.None);
    }
}
