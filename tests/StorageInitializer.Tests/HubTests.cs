using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>The Hugging Face Hub and Google Cloud Storage, simulated after their documentation.</summary>
public sealed class HubTests
{
    private static readonly byte[] Model = Run.Content(300_000);

    [Fact]
    public async Task A_hub_model_is_fetched_at_one_commit_with_the_token()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, Convert.ToHexStringLower(SHA256.HashData(Model))));
        using var run = new Run(("HF_ENDPOINT", hub.Address), ("HF_TOKEN", "t"), ("STORAGE_IGNORE_PATTERNS", "*.bin, README*"));

        await run.FetchesAsync("hf://owner/model:v1", ("onnx/model.onnx", Model), ("config.json", "{}"u8.ToArray()));

        Assert.All(hub.Requests.Where(request => !request.StartsWith("/api/", StringComparison.Ordinal)), request => Assert.Contains("/resolve/c0ffee/", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_file_with_a_wrong_checksum_is_rejected()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, new string('1', 64)));
        using var run = new Run(("HF_ENDPOINT", hub.Address), ("HF_TOKEN", "t"), ("STORAGE_ALLOW_PATTERNS", """["onnx/*"]"""));

        await run.FailsAsync("hf://owner/model", FailureCategory.Corrupt, "The SHA256 of onnx/model.onnx is");
    }

    [Theory]
    [InlineData("<html>Sign in</html>", "is not JSON")]
    [InlineData("[]", "is JSON with unexpected content")]
    [InlineData("{}", "sha is missing.")]
    [InlineData("""{"sha":null}""", "sha is null.")]
    [InlineData("""{"sha":"\ud800"}""", "is JSON with unexpected content")]
    [InlineData("""{"sha":"c0ffee","siblings":5}""", "is JSON with unexpected content")]
    [InlineData("""{"sha":"c0ffee","siblings":[{"rfilename":"a","size":-1}]}""", "size is negative.")]
    public async Task An_unexpected_response_of_the_hub_is_reported(string response, string sentence)
    {
        await using var hub = await WebStore.StartAsync(http => http.Response.WriteAsync(response));
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Corrupt, sentence);
    }

    [Theory]
    [InlineData("<html>Sign in</html>", "The listing of bucket cannot be read")]
    [InlineData("""{"items":{}}""", "The listing of bucket cannot be read")]
    [InlineData("""{"items":[{"name":"langid","size":"2"}]}""", "an object without name, generation or size")]
    [InlineData("""{"items":[{"name":"langid","size":"-2","generation":"7"}]}""", "The listing of bucket cannot be read")]
    [InlineData("""{"items":[{"name":"langid","size":"99999999999999999999","generation":"7"}]}""", "The listing of bucket cannot be read")]
    [InlineData("""{"items":[{"name":"langid","size":"9999999999999999999","generation":"7"}]}""", "an object without name, generation or size")]
    public async Task An_invalid_Google_listing_is_reported(string response, string sentence)
    {
        await using var google = await WebStore.StartAsync(http => http.Response.WriteAsync(response));
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FailsAsync("gs://bucket/langid", FailureCategory.Corrupt, sentence);
    }

    [Fact]
    public async Task A_private_model_without_a_token_is_an_authentication_failure()
    {
        await using var hub = await WebStore.StartAsync(http => HubAsync(http, ""));
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Authentication, "answered 401");
    }

    [Fact]
    public async Task Google_objects_are_listed_by_page_and_fetched_by_generation()
    {
        await using var google = await WebStore.StartAsync(GoogleAsync);
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FetchesAsync("gs://bucket/langid", ("model.onnx", Model), ("1/labels.txt", "en"u8.ToArray()));

        Assert.Contains(google.Requests, request => request.Contains("pageToken=2", StringComparison.Ordinal));
        Assert.Contains(google.Requests, request => request.Contains("langid%2Fmodel.onnx?alt=media&generation=7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_prefix_without_objects_is_not_found()
    {
        await using var google = await WebStore.StartAsync(GoogleAsync);
        using var run = new Run(("STORAGE_EMULATOR_HOST", google.Address));

        await run.FailsAsync("gs://bucket/lang", FailureCategory.NotFound, "The bucket bucket has no object named lang or below it.");
    }

    [Fact]
    public async Task A_service_account_fetches_a_token()
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
        // Google's listing has only an MD5.
#pragma warning disable CA5351
        var md5 = Convert.ToBase64String(MD5.HashData(Model));
#pragma warning restore CA5351
        return http.Response.WriteAsync(http.Request.Query["pageToken"] == "2"
            ? """{"items":[{"name":"langid/1/labels.txt","size":"2","generation":"8"},{"name":"langid-other/x","size":"2","generation":"9"}]}"""
            : $$"""{"nextPageToken":"2","items":[{"name":"langid/","size":"0","generation":"6"},{"name":"langid/model.onnx","size":"{{Model.Length}}","generation":"7","md5Hash":"{{md5}}"}]}""");
    }
}
