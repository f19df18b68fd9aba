using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>The executable as a separate process.</summary>
public sealed class ProcessTests
{
    private const long Part = 32L << 20;

    [Fact]
    public async Task Memory_does_not_grow_with_the_size_of_the_model()
    {
        const long Length = 1L << 30;
        const long PeakLimit = 128L << 20;
        Process? process = null;
        var peak = 0L;
        await using var store = await WebStore.StartAsync(http =>
        {
            if (process is { HasExited: false }) peak = Math.Max(peak, PeakOf(process.Id));
            return SendZerosAsync(http, Length);
        });
        using var run = new Run();
        process = Start(store, run);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, error);
        Assert.Equal(Length, new FileInfo(Path.Combine(run.Destination, "m.onnx")).Length);
        Assert.InRange(peak, 1, PeakLimit);
    }

    [Fact]
    public async Task SIGTERM_publishes_nothing_and_the_next_start_resumes()
    {
        const long Length = 3 * Part;
        Process? process = null;
        var started = new TaskCompletionSource();
        await using var store = await WebStore.StartAsync(async http =>
        {
            if (WebStore.RangeOf(http, (int)Length).Start < Part || process!.HasExited)
            {
                await SendZerosAsync(http, Length);
                return;
            }
            // The first part is complete: a single connection requests the parts in order.
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var run = new Run();
        process = Start(store, run);
        await started.Task;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(143, process.ExitCode);
        Assert.EndsWith("storage-initializer: stopped: Received a stop signal; downloaded data is preserved for the next start.", error.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(run.Files);

        using var again = Start(store, run);
        error = await again.StandardError.ReadToEndAsync();
        await again.WaitForExitAsync();
        Assert.True(again.ExitCode == 0, error);
        Assert.Contains("resuming: 32.0 MiB of 96.0 MiB already downloaded", error, StringComparison.Ordinal);
        Assert.Equal(["m.onnx"], run.Files);
    }

    // In Google's clusters a metadata server issues tokens for the pod. The SDK reads its address from a variable, once per process.
    [Fact]
    public async Task A_pod_uses_its_workload_identity_on_Google_Cloud()
    {
        await using var google = await WebStore.StartAsync(http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            if (http.Request.Path.StartsWithSegments("/storage", StringComparison.Ordinal))
            {
                http.Response.StatusCode = http.Request.Headers.Authorization == "Bearer pod" ? 200 : 403;
                return http.Request.Query["alt"] == "media" ? WebStore.SendAsync(http, "model"u8.ToArray())
                    : http.Response.WriteAsync("""{"items":[{"name":"m/model.onnx","size":"5","generation":"7"}]}""");
            }
            return http.Response.WriteAsync(http.Request.Path.Value!.EndsWith("/token", StringComparison.Ordinal) ? """{"access_token":"pod","expires_in":3600,"token_type":"Bearer"}""" : "");
        });
        using var run = new Run();
        using var process = Start(run, "gs://bucket/m", ("STORAGE_EMULATOR_HOST", google.Address), ("GCE_METADATA_HOST", new Uri(google.Address).Authority));
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, error);
        Assert.Equal("model"u8.ToArray(), run.Read("model.onnx"));
    }

    private static Process Start(WebStore store, Run run) => Start(run, $"{store.Address}/m.onnx", ("S3_MAX_FILE_CONCURRENCY", "1"));

    private static Process Start(Run run, string source, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "InferenceServices.StorageInitializer"), [source, run.Destination]) { RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Returns the peak resident memory of a process in bytes; 0 after its exit.</summary>
    private static long PeakOf(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
    }

    private static async Task SendZerosAsync(HttpContext http, long length)
    {
        var range = http.Request.GetTypedHeaders().Range!.Ranges.Single();
        var (from, to) = (range.From!.Value, range.To!.Value);
        http.Response.StatusCode = 206;
        http.Response.Headers.ETag = "\"one\"";
        http.Response.Headers.ContentRange = $"bytes {from}-{to}/{length}";
        http.Response.ContentLength = to - from + 1;
        var zeros = new byte[1 << 20];
        for (var left = to - from + 1; left > 0; left -= zeros.Length) await http.Response.Body.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)));
    }
}
