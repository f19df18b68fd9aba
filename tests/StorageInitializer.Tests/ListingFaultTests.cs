using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Listings of the cloud SDKs: attempts, timeouts and error categories are those of downloads.</summary>
public sealed class ListingFaultTests
{
    public static TheoryData<string> Sources => ["s3://bucket/m", "gs://bucket/m", "https://account.blob.core.windows.net/bucket/m"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task An_overloaded_store_is_retried_as_often_as_configured(string source)
    {
        await using var store = await WebStore.StartAsync(http => SendStatusAsync(http, 503));
        using var run = CreateRun(store, ("S3_MAX_ATTEMPTS", "4"));

        await run.FailsAsync(source, FailureCategory.Connection, "(4 attempts)");

        Assert.Equal(4, store.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task An_interrupted_listing_is_retried(string source)
    {
        await using var store = await WebStore.StartAsync(async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("<a");
            await http.Response.Body.FlushAsync();
        });
        using var run = CreateRun(store, ("S3_MAX_ATTEMPTS", "4"));

        await run.FailsAsync(source, FailureCategory.Connection, "(4 attempts)");

        // The AWS SDK repeats an interrupted listing within an attempt.
        if (!source.StartsWith("s3://", StringComparison.Ordinal)) Assert.Equal(4, store.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_silent_store_times_out(string source)
    {
        await using var store = await WebStore.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var run = CreateRun(store, ("S3_MAX_ATTEMPTS", "1"), ("S3_CONNECT_TIMEOUT", "1"), ("S3_READ_TIMEOUT", "1"));

        await run.FailsAsync(source, FailureCategory.Connection, "");

        Assert.Single(store.Requests);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_denied_listing_is_a_permission_failure(string source)
    {
        await using var store = await WebStore.StartAsync(http => SendStatusAsync(http, 403));
        using var run = CreateRun(store);

        await run.FailsAsync(source, FailureCategory.Permission, "");

        Assert.Single(store.Requests);
    }

    private static Run CreateRun(WebStore store, params (string Name, string Value)[] environment) => new(
    [
        ("AWS_ENDPOINT_URL", store.Address), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("STORAGE_EMULATOR_HOST", store.Address),
        ("AZURE_BLOB_ENDPOINT", $"{store.Address}/account"), ("AZURE_STORAGE_ACCESS_KEY", Convert.ToBase64String(new byte[64])),
        .. environment,
    ]);

    private static Task SendStatusAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
