using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Random sequences of faults: the result is one complete version of the file, or no file and an error.</summary>
public sealed class FaultStormTests
{
    private static readonly byte[][] Versions = [Run.Content(150_000), Run.Content(150_001)];

    [Fact]
    public async Task The_destination_has_a_complete_file_or_none()
    {
        var codes = new List<int>();
        for (var seed = 1; seed <= 100; seed++) codes.Add(await FetchAsync(seed));

        // Some sequences succeed, some fail.
        Assert.InRange(codes.Count(code => code == 0), 20, 90);
        Assert.True(codes.Distinct().Count() > 3, string.Join(' ', codes));
    }

    private static async Task<int> FetchAsync(int seed)
    {
        var random = new Random(seed);
        var (validator, faultyRequests) = (random.Next(3), random.Next(2, 12));
        var requests = 0;
        await using var store = await WebStore.StartAsync(http =>
        {
            int fault, version, offset;
            lock (random) (fault, version, offset) = (requests++ < faultyRequests ? random.Next(12) : -1, random.Next(8) == 0 ? 1 : 0, random.Next(Versions[0].Length));
            return RespondAsync(http, Versions[version], validator, version, fault, offset);
        });
        using var run = new Run(("S3_MAX_ATTEMPTS", "4"));

        var code = await run.FetchAsync($"{store.Address}/m.onnx");

        if (code == 0) Assert.True(Versions.Any(version => version.AsSpan().SequenceEqual(run.Read("m.onnx"))), $"seed {seed}: mixed or incomplete content\n{run.Log}");
        else Assert.Matches("^storage-initializer: (connection|damaged|permission|unsupported): ", run.LastLine);
        Assert.Equal(code == 0 ? ["m.onnx"] : [], run.Files);
        return code;
    }

    private static async Task RespondAsync(HttpContext http, byte[] content, int validator, int version, int fault, int offset)
    {
        var response = http.Response;
        if (validator == 0) response.Headers.ETag = $"\"{version}\"";
        if (validator == 1) response.Headers.LastModified = $"Sun, 01 Nov 2026 10:00:0{version} GMT";
        switch (fault)
        {
            case 0 or 1: await WebStore.InterruptAsync(http, content, offset, response.Headers.ETag); break;
            case 2: http.Abort(); break;
            case 3: response.StatusCode = 503; break;
            case 4: response.StatusCode = 429; response.Headers.RetryAfter = "0"; break;
            // The whole file, regardless of the range.
            case 5: response.ContentLength = content.Length; await response.Body.WriteAsync(content); break;
            // A range that was not requested.
            case 6: response.StatusCode = 206; response.Headers.ContentRange = $"bytes {offset}-{content.Length - 1}/{content.Length}"; await response.Body.WriteAsync(content.AsMemory(offset)); break;
            case 7: response.StatusCode = 416; break;
            case 8 when offset % 4 == 0: response.StatusCode = 403; break;
            case 9 when offset % 4 == 0: response.Headers.ContentEncoding = "gzip"; await WebStore.SendRangeAsync(http, ArchiveTests.Gzip(content)); break;
            default: await WebStore.SendRangeAsync(http, content); break;
        }
    }
}
