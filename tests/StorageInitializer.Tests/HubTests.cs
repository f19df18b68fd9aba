using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Hugging Face's hub and Google's store, as their documentation has them: neither can be run here.</summary>
public sealed class HubTests
{
    private static readonly byte[] Model = Run.Content(300_000);

    [Fact]
    public async Task A_model_of_the_hub_comes_at_one_commit_with_its_token()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, Convert.ToHexStringLower(SHA256.HashData(Model))));
        using var run = new Run(("HF_ENDPOINT", hub.Address), ("HF_TOKEN", "t"), ("STORAGE_IGNORE_PATTERNS", "*.bin, README*"));

        await run.FetchesAsync("hf://owner/model:v1", ("onnx/model.onnx", Model), ("config.json", "{}"u8.ToArray()));

        Assert.All(hub.Requests.Where(request => !request.StartsWith("/api/", StringComparison.Ordinal)), request => Assert.Contains("/resolve/c0ffee/", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_the_hub_with_another_checksum_is_no_model()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, new string('1', 64)));
        using var run = new Run(("HF_ENDPOINT", hub.Address), ("HF_TOKEN", "t"), ("STORAGE_ALLOW_PATTERNS", """["onnx/*"]"""));

        await run.FailsAsync("hf://owner/model", FailureCategory.Damaged, "The SHA256 of onnx/model.onnx is");
    }

    [Theory]
    [InlineData("<html>Sign in</html>", "is no JSON")]
    [InlineData("[]", "is JSON, but not what was asked for")]
    [InlineData("{}", "It has no sha.")]
    [InlineData("""{"sha":null}""", "Its sha is null.")]
    [InlineData("""{"sha":"\ud800"}""", "is JSON, but not what was asked for")]
    [InlineData("""{"sha":"c0ffee","siblings":5}""", "is JSON, but not what was asked for")]
    [InlineData("""{"sha":"c0ffee","siblings":[{"rfilename":"a","size":-1}]}""", "Its size is below 0.")]
    public async Task A_hub_that_answers_something_else_is_to_blame(string answer, string sentence)
    {
        await using var hub = await WebStore.StartAsync(http => http.Response.WriteAsync(answer));
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Damaged, sentence);
    }

    [Theory]
    [InlineData("""{"items":{}}""", "is JSON, but not what was asked for")]
    [InlineData("""{"items":[{"name":"langid","size":"2"}]}""", "It has no generation.")]
    [InlineData("""{"items":[{"name":"langid","size":"-2","generation":"7"}]}""", "is JSON, but not what was asked for")]
    [InlineData("""{"items":[{"name":"langid","size":"99999999999999999999","generation":"7"}]}""", "is JSON, but not what was asked for")]
    public async Task A_listing_of_Google_that_is_none_is_to_blame(string answer, string sentence)
    {
        await using var google = await WebStore.StartAsync(http => http.Response.WriteAsync(answer));
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FailsAsync("gs://bucket/langid", FailureCategory.Damaged, sentence);
    }

    [Fact]
    public async Task A_private_model_without_a_token_is_a_failure_of_authentication()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, ""));
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Authentication, "answered 401");
    }

    [Fact]
    public async Task Objects_of_Google_come_page_by_page_and_by_generation()
    {
        await using var google = await WebStore.StartAsync(GoogleAsync);
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FetchesAsync("gs://bucket/langid", ("model.onnx", Model), ("1/labels.txt", "en"u8.ToArray()));

        Assert.Contains(google.Requests, request => request.Contains("pageToken=2", StringComparison.Ordinal));
        Assert.Contains(google.Requests, request => request.Contains("langid%2Fmodel.onnx?alt=media&generation=7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_below_a_prefix_is_not_found()
    {
        await using var google = await WebStore.StartAsync(GoogleAsync);
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FailsAsync("gs://bucket/lang", FailureCategory.NotFound, "The bucket bucket has no object named lang or below it.");
    }

    [Fact]
    public async Task A_service_account_gets_its_token_first()
    {
        using var key = RSA.Create(2048);
        await using var google = await WebStore.StartAsync(http =>
        {
            if (http.Request.Path == "/token") return http.Response.WriteAsJsonAsync(new { access_token = "golden", expires_in = 3600, token_type = "Bearer" });
            if (http.Request.Headers.Authorization == "Bearer golden") return GoogleAsync(http);
            http.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));
        var file = Path.Combine(run.Folder, "key.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["client_email"] = "a@b",
            ["private_key_id"] = "1",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["token_uri"] = $"{google.Address}/token",
        }));

        await run.With("GOOGLE_APPLICATION_CREDENTIALS", file).FetchesAsync("gs://bucket/langid/model.onnx", ("model.onnx", Model));
    }

    private static Task HubAsync(HttpContext http, string sha256)
    {
        if (http.Request.Headers.Authorization != "Bearer t")
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        }
        var path = http.Request.Path.Value!;
        if (path.StartsWith("/api/models/owner/model/revision/", StringComparison.Ordinal))
            return http.Response.WriteAsync($$"""
                {"sha":"c0ffee","siblings":[
                  {"rfilename":"onnx/model.onnx","size":{{Model.Length}},"lfs":{"sha256":"{{sha256}}","size":{{Model.Length}} } },
                  {"rfilename":"config.json","size":2},{"rfilename":"pytorch_model.bin","size":9},{"rfilename":"README.md","size":9}]}
                """);
        return WebStore.SendAsync(http, path.EndsWith("model.onnx", StringComparison.Ordinal) ? Model : "{}"u8.ToArray());
    }

    private static Task GoogleAsync(HttpContext http)
    {
        if (http.Request.Query["alt"] == "media") return WebStore.SendAsync(http, http.Request.Path.Value!.EndsWith("model.onnx", StringComparison.Ordinal) ? Model : "en"u8.ToArray());
        // MD5 is what Google's listing has.
#pragma warning disable CA5351
        var md5 = Convert.ToBase64String(MD5.HashData(Model));
#pragma warning restore CA5351
        return http.Response.WriteAsync(http.Request.Query["pageToken"] == "2"
            ? """{"items":[{"name":"langid/1/labels.txt","size":"2","generation":"8"},{"name":"langid-other/x","size":"2","generation":"9"}]}"""
            : $$"""{"nextPageToken":"2","items":[{"name":"langid/","size":"0","generation":"6"},{"name":"langid/model.onnx","size":"{{Model.Length}}","generation":"7","md5Hash":"{{md5}}"}]}""");
    }
}
