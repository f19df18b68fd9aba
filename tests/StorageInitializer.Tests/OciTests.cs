using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>A registry on loopback, with and without tokens.</summary>
public sealed class OciTests
{
    private const string Program = "registry/docker-registry";
    private const string StoreMissing = Program + StoreProcess.IsAbsent;

    private static readonly byte[] Model = Run.Content(500_000);

    public static bool IsStorePresent => StoreProcess.IsPresent(Program);

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task The_layers_of_a_modelcar_are_unpacked_in_order()
    {
        using var store = await StartAsync();
        await PushImageAsync(
            store,
            ArchiveTests.Gzip(ArchiveTests.Tar(("etc/passwd", [1]), ("models/old.onnx", [1]), ("models/labels.txt", [2]))),
            ArchiveTests.Gzip(ArchiveTests.Tar(("models/.wh.old.onnx", []), ("models/1/model.onnx", Model))));
        using var run = new Run();

        await run.FetchesAsync($"oci://127.0.0.1:{store.Port}/team/langid:v1", ("1/model.onnx", Model), ("labels.txt", [2]));
    }

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task Layers_with_a_title_are_files()
    {
        using var store = await StartAsync();
        var digest = await PushBlobAsync(store, Model);
        await PushManifestAsync(store, [new { mediaType = "application/octet-stream", digest, size = Model.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = "model.onnx" } }]);
        using var run = new Run();

        await run.FetchesAsync($"oci://127.0.0.1:{store.Port}/team/langid:v1", ("model.onnx", Model));
    }

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task A_missing_image_is_not_found()
    {
        using var store = await StartAsync();
        using var run = new Run();

        await run.FailsAsync($"oci://127.0.0.1:{store.Port}/team/nothing", FailureCategory.NotFound, "answered 404");
    }

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task The_token_endpoint_of_the_challenge_is_used()
    {
        using var store = await StartAsync();
        var digest = await PushBlobAsync(store, Model);
        await PushManifestAsync(store, [new { mediaType = "application/octet-stream", digest, size = Model.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = "model.onnx" } }]);
        using var client = new HttpClient(new SocketsHttpHandler());
        await using var guard = await WebStore.StartAsync(async http =>
        {
            if (http.Request.Path == "/token" && http.Request.Headers.Authorization == "Basic dTpw")
            {
                await http.Response.WriteAsJsonAsync(new { token = $"for {http.Request.Query["scope"]}" });
                return;
            }
            if (http.Request.Headers.Authorization != "Bearer for repository:team/langid:pull")
            {
                http.Response.StatusCode = 401;
                http.Response.Headers.WWWAuthenticate = $"""Bearer realm="http://{http.Request.Host}/token",service="registry",scope="repository:team/langid:pull" """;
                return;
            }
            using var request = new HttpRequestMessage(HttpMethod.Get, store.Address + http.Request.Path);
            request.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
            using var response = await client.SendAsync(request);
            await WebStore.SendAsync(http, await response.Content.ReadAsByteArrayAsync());
        });
        using var run = new Run();
        File.WriteAllText(Path.Combine(run.Folder, "config.json"), $$$"""{"auths":{"{{{guard.Address["http://".Length..]}}}":{"auth":"dTpw"} } }""");

        await run.With("DOCKER_CONFIG", run.Folder).FetchesAsync($"oci://{guard.Address["http://".Length..]}/team/langid:v1", ("model.onnx", Model));
    }

    [Theory]
    [InlineData("{}", "The registry's manifest has no layers.")]
    [InlineData("""{"layers":[{}]}""", "digest is missing.")]
    [InlineData("""{"layers":[{"digest":"sha256:1","mediaType":"a","size":-1}]}""", "size is negative.")]
    [InlineData("""{"manifests":[{"platform":{"architecture":5}}]}""", "is JSON with unexpected content")]
    public async Task An_invalid_manifest_is_reported(string manifest, string sentence)
    {
        await using var registry = await WebStore.StartAsync(http => http.Response.WriteAsync(manifest));
        using var run = new Run();

        await run.FailsAsync($"oci://{registry.Address["http://".Length..]}/team/langid", FailureCategory.Corrupt, sentence);
    }

    [Fact]
    public async Task A_manifest_that_is_pinned_by_digest_is_verified()
    {
        var manifest = Manifest();
        await using var registry = await WebStore.StartAsync(http => SendAsync(http, http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? Model : manifest));
        using var good = new Run();
        await good.FetchesAsync($"{Oci(registry)}@{DigestOf(manifest)}", ("model.onnx", Model));
        using var tagged = new Run();
        await tagged.FetchesAsync($"{Oci(registry)}:v1@{DigestOf(manifest)}", ("model.onnx", Model));
        using var run = new Run();
        await run.FailsAsync($"{Oci(registry)}@{DigestOf(Model)}", FailureCategory.Corrupt, $"The registry sent a manifest of digest {DigestOf(manifest)} for {DigestOf(Model)}.");
        using var other = new Run();
        await other.FailsAsync($"{Oci(registry)}@sha512:00", FailureCategory.Unsupported, "is not SHA-256");
    }

    [Fact]
    public async Task A_child_of_an_index_is_verified()
    {
        var manifest = Manifest();
        foreach (var (digest, isGood) in new[] { (DigestOf(manifest), true), (DigestOf(Model), false) })
        {
            var index = JsonSerializer.SerializeToUtf8Bytes(new { manifests = new[] { "amd64", "arm64" }.Select(architecture => new { digest, platform = new { architecture } }) });
            await using var registry = await WebStore.StartAsync(http => SendAsync(
                http, http.Request.Path.Value!.EndsWith("/v1", StringComparison.Ordinal) ? index : http.Request.Path.Value.Contains("/blobs/", StringComparison.Ordinal) ? Model : manifest));
            using var run = new Run();
            if (isGood) await run.FetchesAsync($"{Oci(registry)}:v1", ("model.onnx", Model));
            else await run.FailsAsync($"{Oci(registry)}:v1", FailureCategory.Corrupt, "The registry sent a manifest of digest");
        }
    }

    /// <summary>The token server is at another port, as an attacker's might be.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("another.example")]
    public async Task Another_token_server_does_not_get_the_credentials(string? tokenHosts)
    {
        var received = new List<string>();
        await using var tokens = await WebStore.StartAsync(http =>
        {
            received.Add(http.Request.Headers.Authorization.ToString());
            return http.Response.WriteAsJsonAsync(new { token = "t" });
        });
        var manifest = Manifest();
        await using var registry = await WebStore.StartAsync(http =>
        {
            if (http.Request.Headers.Authorization == "Bearer t") return SendAsync(http, http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? Model : manifest);
            http.Response.StatusCode = 401;
            http.Response.Headers.WWWAuthenticate = $"""Bearer realm="{tokens.Address}/token",service="registry" """;
            return Task.CompletedTask;
        });
        using var run = new Run();
        File.WriteAllText(Path.Combine(run.Folder, "config.json"), $$$"""{"auths":{"{{{registry.Address["http://".Length..]}}}":{"auth":"dTpw"} } }""");
        if (tokenHosts is not null) run.With("OCI_TOKEN_HOSTS", tokenHosts);

        await run.With("DOCKER_CONFIG", run.Folder).FetchesAsync($"{Oci(registry)}:v1", ("model.onnx", Model));

        Assert.Equal([""], received);
    }

    [Fact]
    public async Task A_challenge_without_an_address_is_an_authentication_failure()
    {
        await using var registry = await WebStore.StartAsync(http =>
        {
            http.Response.StatusCode = 401;
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"nowhere\"";
            return Task.CompletedTask;
        });
        using var run = new Run();

        await run.FailsAsync($"oci://{registry.Address["http://".Length..]}/team/langid", FailureCategory.Authentication, "answered 401");
    }

    private static string Oci(WebStore registry) => $"oci://{registry.Address["http://".Length..]}/team/langid";

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static byte[] Manifest() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        layers = new[]
        {
            new { mediaType = "application/octet-stream", digest = DigestOf(Model), size = Model.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = "model.onnx" } },
        },
    });

    private static Task SendAsync(HttpContext http, byte[] content) => WebStore.SendAsync(http, content);

    private static Task<StoreProcess> StartAsync()
        => StoreProcess.StartAsync(Program, (port, folder) =>
        {
            var file = Path.Combine(folder, "registry.yml");
            File.WriteAllText(file, $$"""
                version: 0.1
                log: {level: warn}
                storage:
                  filesystem:
                    rootdirectory: {{folder}}/data
                http:
                  addr: 127.0.0.1:{{port}}
                """);
            return ["serve", file];
        });

    private static async Task PushImageAsync(StoreProcess store, params byte[][] layers)
    {
        var all = new List<object>();
        foreach (var layer in layers) all.Add(new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", digest = await PushBlobAsync(store, layer), size = layer.Length });
        await PushManifestAsync(store, all);
    }

    private static async Task PushManifestAsync(StoreProcess store, IReadOnlyList<object> layers)
    {
        var config = "{}"u8.ToArray();
        var manifest = JsonSerializer.Serialize(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = await PushBlobAsync(store, config), size = config.Length },
            layers,
        });
        using var client = new HttpClient(new SocketsHttpHandler());
        using var content = new StringContent(manifest, Encoding.UTF8, "application/vnd.oci.image.manifest.v1+json");
        content.Headers.ContentType!.CharSet = null;
        using var response = await client.PutAsync($"{store.Address}/v2/team/langid/manifests/v1", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> PushBlobAsync(StoreProcess store, byte[] bytes)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var client = new HttpClient(new SocketsHttpHandler());
        using var upload = await client.PostAsync($"{store.Address}/v2/team/langid/blobs/uploads/", null);
        var location = new Uri(new Uri(store.Address), upload.Headers.Location!).AbsoluteUri;
        using var content = new ByteArrayContent(bytes);
        using var response = await client.PutAsync($"{location}&digest={digest}", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return digest;
    }
}
