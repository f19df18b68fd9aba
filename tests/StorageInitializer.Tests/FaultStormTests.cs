using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Many faults one after the other, as chance has them: in the end there is one of the server's files to the last byte, or none and a sentence.</summary>
public sealed class FaultStormTests
{
    private static readonly byte[][] States = [Run.Content(150_000), Run.Content(150_001)];

    [Fact]
    public async Task What_is_at_the_destination_is_whole_or_absent()
    {
        var codes = new List<int>();
        for (var seed = 1; seed <= 100; seed++) codes.Add(await FetchAsync(seed));

        // Most storms pass, and many do not.
        Assert.InRange(codes.Count(code => code == 0), 20, 90);
        Assert.True(codes.Distinct().Count() > 3, string.Join(' ', codes));
    }

    private static async Task<int> FetchAsync(int seed)
    {
        var random = new Random(seed);
        var (validator, stormy) = (random.Next(3), random.Next(2, 12));
        var requests = 0;
        await using var store = await WebStore.StartAsync(http =>
        {
            int fault, state, chance;
            lock (random) (fault, state, chance) = (requests++ < stormy ? random.Next(12) : -1, random.Next(8) == 0 ? 1 : 0, random.Next(States[0].Length));
            return AnswerAsync(http, States[state], validator, state, fault, chance);
        });
        using var run = new Run(("S3_MAX_ATTEMPTS", "4"));

        var code = await run.FetchAsync($"{store.Address}/m.onnx");

        if (code == 0) Assert.True(States.Any(state => state.AsSpan().SequenceEqual(run.Read("m.onnx"))), $"seed {seed}: half a model\n{run.Log}");
        else Assert.Matches("^storage-initializer: (connection|damaged|permission|unsupported): ", run.LastLine);
        Assert.Equal(code == 0 ? ["m.onnx"] : [], run.Files);
        return code;
    }

    private static async Task AnswerAsync(HttpContext http, byte[] content, int validator, int state, int fault, int chance)
    {
        var response = http.Response;
        if (validator == 0) response.Headers.ETag = $"\"{state}\"";
        if (validator == 1) response.Headers.LastModified = $"Sun, 01 Nov 2026 10:00:0{state} GMT";
        switch (fault)
        {
            case 0 or 1: await WebStore.BreakOffAsync(http, content, chance, response.Headers.ETag); break;
            case 2: http.Abort(); break;
            case 3: response.StatusCode = 503; break;
            case 4: response.StatusCode = 429; response.Headers.RetryAfter = "0"; break;
            // All of it, whatever was asked for.
            case 5: response.ContentLength = content.Length; await response.Body.WriteAsync(content); break;
            // Another place than was asked for, and one after the end.
            case 6: response.StatusCode = 206; response.Headers.ContentRange = $"bytes {chance}-{content.Length - 1}/{content.Length}"; await response.Body.WriteAsync(content.AsMemory(chance)); break;
            case 7: response.StatusCode = 416; break;
            case 8 when chance % 4 == 0: response.StatusCode = 403; break;
            case 9 when chance % 4 == 0: response.Headers.ContentEncoding = "gzip"; await WebStore.SendPieceAsync(http, ArchiveTests.Gzip(content)); break;
            default: await WebStore.SendPieceAsync(http, content); break;
        }
    }
}
