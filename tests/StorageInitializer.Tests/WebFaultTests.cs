using System.Security.Cryptography;
using System.Text.Json;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Faults of a web server: the result is the correct model, or no model and an error.</summary>
public sealed class WebFaultTests
{
    // Three parts, downloaded in parallel.
    private static readonly byte[] Model = Run.Content((64 << 20) + 12_345);
    private static readonly byte[] Small = Run.Content(200_000);

    [Fact]
    public async Task A_file_is_downloaded_in_parts()
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Model));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/models/model.onnx", ("model.onnx", Model));

        Assert.Equal(3, store.Requests.Count(request => !request.EndsWith("bytes=0-0", StringComparison.Ordinal)));
        Assert.StartsWith("storage-initializer: done: 1 file, 64.0 MiB in ", run.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_part_resumes_at_its_last_byte()
    {
        await using var store = await WebStore.StartAsync(http
            => WebStore.IsProbe(http) || WebStore.RangeOf(http, Small.Length).Start >= 150_000 ? WebStore.SendAsync(http, Small) : WebStore.InterruptAsync(http, Small, 50_000));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));

        Assert.Contains(store.Requests, request => request.EndsWith($"bytes=50000-{Small.Length - 1}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interruptions_without_progress_fail_after_the_attempts()
    {
        await using var store = await WebStore.StartAsync(http => WebStore.IsProbe(http) ? WebStore.SendAsync(http, Small) : WebStore.InterruptAsync(http, Small, 0));
        using var run = new Run(("S3_MAX_ATTEMPTS", "4"));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "(4 attempts)");

        Assert.Equal(5, store.Requests.Count);
    }

    [Fact]
    public async Task A_restart_downloads_only_missing_parts()
    {
        var isBroken = true;
        await using var store = await WebStore.StartAsync(http
            => isBroken && WebStore.RangeOf(http, Model.Length).Start >= 32 << 20 ? WebStore.InterruptAsync(http, Model, 0) : WebStore.SendAsync(http, Model));
        using var run = new Run(("S3_MAX_FILE_CONCURRENCY", "1"));
        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "(3 attempts)");

        isBroken = false;
        store.Requests.Clear();
        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Model));

        Assert.DoesNotContain(store.Requests, request => request.Contains("bytes=0-3", StringComparison.Ordinal));
        Assert.Contains("already downloaded", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_between_two_starts_is_downloaded_again()
    {
        var isBroken = true;
        var newer = Run.Content(Model.Length - 1);
        await using var store = await WebStore.StartAsync(http
            => !isBroken ? WebStore.SendAsync(http, newer, "\"two\"")
            : WebStore.RangeOf(http, Model.Length).Start >= 32 << 20 ? WebStore.InterruptAsync(http, Model, 0) : WebStore.SendAsync(http, Model));
        using var run = new Run(("S3_MAX_FILE_CONCURRENCY", "1"));
        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "(3 attempts)");

        isBroken = false;
        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", newer));
    }

    [Fact]
    public async Task A_file_that_changes_during_the_download_is_rejected()
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Small, WebStore.IsProbe(http) ? "\"one\"" : "\"two\""));
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Corrupt, "changed during the download");
    }

    [Fact]
    public async Task Without_an_ETag_the_date_detects_a_changed_file()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.Headers.LastModified = WebStore.IsProbe(http) ? "Sun, 01 Nov 2026 10:00:00 GMT" : "Sun, 01 Nov 2026 10:00:01 GMT";
            return WebStore.SendRangeAsync(http, Small);
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Corrupt, "changed during the download");
    }

    [Fact]
    public async Task Without_ETag_and_date_parts_are_never_combined()
    {
        // Each response is another file; the result must be one of them.
        var number = 0;
        await using var store = await WebStore.StartAsync(async http =>
        {
            var content = Enumerable.Repeat((byte)Interlocked.Increment(ref number), Small.Length).ToArray();
            if (number < 4 && !WebStore.IsProbe(http)) await WebStore.InterruptAsync(http, content, 50_000 * number, tag: null);
            else await WebStore.SendRangeAsync(http, content);
        });
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Enumerable.Repeat((byte)4, Small.Length).ToArray()));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_whole_file()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            if (WebStore.IsProbe(http)) return WebStore.SendAsync(http, Model);
            http.Response.Headers.ETag = "\"one\"";
            http.Response.ContentLength = Model.Length;
            return http.Response.Body.WriteAsync(Model).AsTask();
        });
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Model));
    }

    [Theory]
    [InlineData("m.onnx", FailureCategory.Unsupported)]
    [InlineData("m.csv.gz", null)]
    internal async Task An_unrequested_content_encoding_is_rejected(string name, FailureCategory? category)
    {
        var content = ArchiveTests.Gzip(Small);
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return WebStore.SendAsync(http, content);
        });
        using var run = new Run();

        if (category is { } failure) await run.FailsAsync($"{store.Address}/{name}", failure, "The server sends m.onnx compressed (gzip)");
        else await run.FetchesAsync($"{store.Address}/{name}", (name, content));
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_whole_file()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.ContentLength = Small.Length;
            return http.Response.Body.WriteAsync(Small).AsTask();
        });
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));
    }

    [Fact]
    public async Task Without_ranges_an_interrupted_file_is_downloaded_again()
    {
        var requests = 0;
        await using var store = await WebStore.StartAsync(async http =>
        {
            http.Response.ContentLength = Small.Length;
            var isCut = Interlocked.Increment(ref requests) is 2 or 3;
            await http.Response.Body.WriteAsync(isCut ? Small.AsMemory(0, 70_000) : Small);
            await http.Response.Body.FlushAsync();
        });
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));
    }

    [Fact]
    public async Task A_chunked_body_is_complete_at_its_last_chunk()
    {
        await using var store = await WebStore.StartAsync(http => http.Response.Body.WriteAsync(Small).AsTask());
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));
    }

    [Fact]
    public async Task A_different_length_is_rejected()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            if (WebStore.IsProbe(http)) return WebStore.SendAsync(http, Small);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes 0-99/{Small.Length / 2}";
            return http.Response.Body.WriteAsync(Small.AsMemory(0, 100)).AsTask();
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Corrupt, "the server sent bytes 0-99/100000");
    }

    [Theory]
    [InlineData(401, FailureCategory.Authentication)]
    [InlineData(403, FailureCategory.Permission)]
    [InlineData(404, FailureCategory.NotFound)]
    [InlineData(410, FailureCategory.NotFound)]
    [InlineData(418, FailureCategory.Connection)]
    internal async Task A_permanent_error_is_not_retried(int status, FailureCategory category)
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", category, $"answered {status}.");

        Assert.Single(store.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_overloaded_server_is_retried(int status)
    {
        var requests = 0;
        await using var store = await WebStore.StartAsync(http =>
        {
            if (Interlocked.Increment(ref requests) % 2 == 0) return WebStore.SendAsync(http, Small);
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));
    }

    [Fact]
    public void Retry_After_is_limited_to_30_seconds()
        => Assert.Equal(TimeSpan.FromSeconds(30), StorageHttp.GetRetryAfter(new TransientException("busy") { RetryAfter = TimeSpan.FromDays(1) }));

    [Fact]
    public async Task A_silent_server_times_out()
    {
        await using var store = await WebStore.StartAsync(async http =>
        {
            if (WebStore.IsProbe(http))
            {
                await WebStore.SendAsync(http, Small);
                return;
            }
            http.Response.ContentLength = Small.Length;
            await http.Response.Body.WriteAsync(Small.AsMemory(0, 10));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var run = new Run(("S3_READ_TIMEOUT", "1"), ("S3_MAX_ATTEMPTS", "1"));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "no data for 1 s");
    }

    [Fact]
    public async Task An_unreachable_server_is_a_connection_failure()
    {
        var store = await WebStore.StartAsync(http => Task.CompletedTask);
        var address = store.Address;
        await store.DisposeAsync();
        using var run = new Run();

        await run.FailsAsync($"{address}/m.onnx", FailureCategory.Connection, "cannot be reached");
    }

    [Fact]
    public async Task A_checksum_in_the_address_is_verified()
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Small));
        using (var good = new Run()) await good.FetchesAsync($"{store.Address}/m.onnx#sha256={Convert.ToHexStringLower(SHA256.HashData(Small))}", ("m.onnx", Small));
        using var bad = new Run();

        await bad.FailsAsync($"{store.Address}/m.onnx#sha256={new string('0', 64)}", FailureCategory.Corrupt, "The SHA256 of m.onnx is");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Headers_of_a_host_follow_neither_to_another_host_nor_to_another_port(string host)
    {
        var secretElsewhere = "";
        await using var other = await WebStore.StartAsync(http =>
        {
            secretElsewhere += http.Request.Headers["X-Secret"];
            return WebStore.SendAsync(http, Small);
        });
        await using var store = await WebStore.StartAsync(http =>
        {
            if (http.Request.Headers["X-Secret"] == "42") http.Response.Redirect($"{other.Address.Replace("127.0.0.1", host, StringComparison.Ordinal)}/cdn");
            else http.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var run = new Run(("127.0.0.1-headers", JsonSerializer.Serialize(new Dictionary<string, string> { ["X-Secret"] = "42" })));

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Small));

        Assert.Empty(secretElsewhere);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("application/xhtml+xml")]
    public async Task A_login_page_is_not_a_model(string contentType)
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.ContentType = contentType;
            return http.Response.Body.WriteAsync("<!DOCTYPE html><title>Log in</title>"u8.ToArray()).AsTask();
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Authentication, "127.0.0.1 sends an HTML page, such as a login page, instead of m.onnx");
    }

    [Theory]
    [InlineData("76657273696F6E2068747470733A2F2F6769742D6C66732E6769746875622E636F6D2F73706563", "a Git LFS pointer")]
    [InlineData("3C68746D6C3E", "an HTML page")]
    [InlineData("3C3F786D6C20", "XML")]
    [InlineData("7B226572726F72223A", "JSON")]
    [InlineData("8004950B00", "a Python pickle")]
    [InlineData("894844460D0A1A0A", "a Keras model")]
    [InlineData("1C00000054464C3314", "a TensorFlow Lite model")]
    [InlineData("", "empty")]
    public async Task A_file_of_another_format_is_not_published_as_a_model(string content, string expected)
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Convert.FromHexString(content)));
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Corrupt, $"m.onnx is not an ONNX model: the file is {expected}");
    }

    [Fact]
    public async Task Endless_redirects_are_an_error()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "redirects more than 10 times");
    }

    [Fact]
    public async Task An_empty_file_is_downloaded()
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, []));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/labels.txt", ("labels.txt", []));
    }

    [Fact]
    public async Task Signatures_of_addresses_are_not_logged()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx?sig=secret", FailureCategory.Permission, "/m.onnx?…: ");

        Assert.DoesNotContain("secret", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_larger_than_the_disk_is_not_downloaded()
    {
        await using var store = await WebStore.StartAsync(http =>
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = "bytes 0-0/4000000000000000";
            return http.Response.Body.WriteAsync(new byte[1]).AsTask();
        });
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Disk, "raise the size of the volume");

        Assert.Single(store.Requests);
    }
}
