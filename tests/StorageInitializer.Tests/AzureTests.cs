using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InferenceServices.Testing;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Microsoft's emulator of Blob Storage.</summary>
public sealed class AzureTests
{
    private const string Program = "node/node_modules/.bin/azurite-blob";
    private const string StoreMissing = Program + StoreProcess.IsAbsent;
    private const string Account = "devstoreaccount1";

    // The emulator's public key.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly byte[] Model = Run.Content((32 << 20) + 1000);

    public static bool IsStorePresent => StoreProcess.IsPresent(Program);

    [Theory(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    [InlineData("blob.core.windows.net")]
    [InlineData("z01.blob.storage.azure.net")]
    public async Task A_folder_of_a_container_is_a_model(string domain)
    {
        using var store = await StartAsync(("m/model.onnx", Model), ("m/1/a b.txt", "x"u8.ToArray()));
        using var run = new Run(("AZURE_BLOB_ENDPOINT", $"{store.Address}/{Account}"), ("AZURE_STORAGE_ACCESS_KEY", Key));

        await run.FetchesAsync($"https://{Account}.{domain}/models/m", ("model.onnx", Model), ("1/a b.txt", "x"u8.ToArray()));
    }

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task Each_failure_has_its_category()
    {
        using var store = await StartAsync(("m/model.onnx", [1]));
        var endpoint = ("AZURE_BLOB_ENDPOINT", $"{store.Address}/{Account}");
        var source = $"https://{Account}.blob.core.windows.net/models/";
        using (var run = new Run(endpoint, ("AZURE_STORAGE_ACCESS_KEY", Key))) await run.FailsAsync(source + "nothing", FailureCategory.NotFound, "no object named nothing");
        using (var run = new Run(endpoint, ("AZURE_STORAGE_ACCESS_KEY", Convert.ToBase64String(new byte[64])))) await run.FailsAsync(source + "m", FailureCategory.Permission, "answered 403 AuthorizationFailure");
        using (var run = new Run(endpoint, ("AZURE_STORAGE_ACCESS_KEY", "§"))) await run.FailsAsync(source + "m", FailureCategory.Authentication, "must be the key in base64");
        // The emulator's status for anonymous access to a private container.
        using (var run = new Run(endpoint)) Assert.Contains(await run.FetchAsync(source + "m"), (int[])[2, 3, 4]);
    }

    private static async Task<StoreProcess> StartAsync(params (string Name, byte[] Content)[] blobs)
    {
        var store = await StoreProcess.StartAsync(
            Program, (port, folder) => ["--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry"]);
        await PutAsync(store, "/models", "restype", "container", []);
        foreach (var (name, content) in blobs) await PutAsync(store, $"/models/{Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal)}", null, null, content);
        return store;
    }

    private static async Task PutAsync(StoreProcess store, string path, string? parameter, string? value, byte[] content)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{store.Address}/{Account}{path}" + (parameter is null ? "" : $"?{parameter}={value}"));
        request.Content = new ByteArrayContent(content);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["x-ms-date"] = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture),
            ["x-ms-version"] = "2021-12-02",
        };
        if (parameter is null) headers["x-ms-blob-type"] = "BlockBlob";
        foreach (var (name, text) in headers) request.Headers.Add(name, text);
        var toSign = $"PUT\n\n\n{(content.Length == 0 ? "" : content.Length)}\n\n\n\n\n\n\n\n\n{string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n"))}/{Account}/{Account}{path}"
            + (parameter is null ? "" : $"\n{parameter}:{value}");
        request.Headers.TryAddWithoutValidation("Authorization", $"SharedKey {Account}:{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(toSign)))}");
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
