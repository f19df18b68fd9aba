using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
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

    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task A_shared_access_signature_in_the_address_is_used()
    {
        using var store = await StartAsync(("m/model.onnx", Model));
        var signature = ContainerOf(store).GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, TimeProvider.System.GetUtcNow().AddHours(1)).Query;
        using var run = new Run(("AZURE_BLOB_ENDPOINT", $"{store.Address}/{Account}"));

        await run.FetchesAsync($"https://{Account}.blob.core.windows.net/models/m{signature}", ("model.onnx", Model));
    }

    // The account is in the path of an emulator's endpoint; the host of a Kubernetes service is a name.
    [Fact(Skip = StoreMissing, SkipUnless = nameof(IsStorePresent))]
    public async Task An_emulator_is_reached_by_host_name()
    {
        using var store = await StartAsync(("m/model.onnx", [1, 2, 3]));
        using var run = new Run(("AZURE_BLOB_ENDPOINT", $"http://localhost:{store.Port}/{Account}"), ("AZURE_STORAGE_ACCESS_KEY", Key));

        await run.FetchesAsync($"https://{Account}.blob.core.windows.net/models/m", ("model.onnx", [1, 2, 3]));
    }

    [Fact]
    public async Task A_token_is_not_sent_without_TLS()
    {
        using var run = new Run(("AZURE_BLOB_ENDPOINT", "http://127.0.0.1:1"), ("AZURE_CLIENT_ID", "id"));

        await run.FailsAsync($"https://{Account}.blob.core.windows.net/models/m", FailureCategory.Authentication, "are sent over https only");
    }

    private static async Task<StoreProcess> StartAsync(params (string Name, byte[] Content)[] blobs)
    {
        var store = await StoreProcess.StartAsync(
            Program, (port, folder) => ["--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry"]);
        var container = ContainerOf(store);
        await container.CreateAsync();
        foreach (var (name, content) in blobs) await container.UploadBlobAsync(name, new BinaryData(content));
        return store;
    }

    private static BlobContainerClient ContainerOf(StoreProcess store) => new(new Uri($"{store.Address}/{Account}/models"), new StorageSharedKeyCredential(Account, Key));
}
