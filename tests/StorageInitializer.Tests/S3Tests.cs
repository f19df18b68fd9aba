using InferenceServices.StorageInitializer.Sources;
using InferenceServices.StorageInitializer.Transfer;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>S3 with a server on loopback.</summary>
public sealed class S3Tests
{
    private static readonly byte[] Model = Run.Content((32 << 20) + 1000);

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task A_prefix_is_a_model()
    {
        using var store = await StartAsync(("a/langid/model.onnx", Model), ("a/langid/1/né w+.txt", "x"u8.ToArray()), ("a/langid/", []), ("a/langid-other/y", [1]));
        using var run = new Run(Credentials(store));

        await run.FetchesAsync("s3://models/a/langid/", ("model.onnx", Model), ("1/né w+.txt", "x"u8.ToArray()));
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task One_object_is_a_model()
    {
        using var store = await StartAsync(("a/model.onnx", Model), ("a/model.onnx.data", [1]));
        using var run = new Run(Credentials(store));

        await run.FetchesAsync("s3://models/a/model.onnx", ("model.onnx", Model));
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task Storage_config_sets_bucket_and_credentials()
    {
        using var store = await StartAsync(("m/model.onnx", [1, 2, 3]));
        using var run = new Run(
            ("STORAGE_CONFIG", $$"""{"type":"s3","access_key_id":"S3RVER","secret_access_key":"S3RVER","endpoint_url":"{{store.Address}}","bucket":"nothing"}"""),
            ("STORAGE_OVERRIDE_CONFIG", """{"bucket":"models"}"""));

        await run.FetchesAsync("<scheme-placeholder>://<bucket-placeholder>/m", ("model.onnx", [1, 2, 3]));
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task Each_failure_has_its_category()
    {
        using var store = await StartAsync(("m/model.onnx", [1]));
        using (var run = new Run(Credentials(store))) await run.FailsAsync("s3://models/nothing", FailureCategory.NotFound, "s3://models/nothing: The bucket models has no object named nothing or below it.");
        using (var run = new Run(Credentials(store))) await run.FailsAsync("s3://no-bucket/m", FailureCategory.NotFound, "NoSuchBucket");
        using (var run = new Run(Credentials(store)).With("AWS_ACCESS_KEY_ID", "wrong")) await run.FailsAsync("s3://models/m", FailureCategory.Authentication, "InvalidAccessKeyId");
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task A_public_bucket_is_readable_without_credentials()
    {
        using var store = await StartAsync(("m/model.onnx", [1]));
        using var run = new Run(("S3_ENDPOINT", $"127.0.0.1:{store.Port}"), ("S3_USE_HTTPS", "0"), ("awsAnonymousCredential", "true"));

        await run.FetchesAsync("s3://models/m", ("model.onnx", [1]));
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task Network_faults_do_not_corrupt_a_model()
    {
        using var store = await StartAsync(("m/model.onnx", Model), ("m/labels.txt", "en"u8.ToArray()));
        using var client = new HttpClient(new SocketsHttpHandler());
        var requests = 0;
        await using var proxy = await WebStore.StartAsync(http => (Interlocked.Increment(ref requests) % 3) switch
        {
            1 => SendStatusAsync(http, 503),
            2 => ForwardAsync(http, client, store, cutAt: 50),
            _ => ForwardAsync(http, client, store, cutAt: long.MaxValue),
        });
        using var run = new Run([.. Credentials(proxy.Address), ("S3_MAX_ATTEMPTS", "10")]);

        await run.FetchesAsync("s3://models/m", ("model.onnx", Model), ("labels.txt", "en"u8.ToArray()));
    }

    [Fact(Skip = S3Store.Missing, SkipUnless = nameof(S3Store.IsPresent), SkipType = typeof(S3Store))]
    public async Task A_denied_download_fails_and_publishes_nothing()
    {
        using var store = await StartAsync(("m/model.onnx", Model));
        using var client = new HttpClient(new SocketsHttpHandler());
        await using var proxy = await WebStore.StartAsync(http => http.Request.Headers.Range.Count > 0 ? SendStatusAsync(http, 403) : ForwardAsync(http, client, store, long.MaxValue));
        using var run = new Run(Credentials(proxy.Address));

        await run.FailsAsync("s3://models/m", FailureCategory.Permission, "answered 403");
    }

    [Theory]
    [InlineData("", "", "https://models.s3.eu-west-1.amazonaws.com/m/model.onnx")]
    [InlineData("AWS_ENDPOINT_URL", "https://s3.amazonaws.com", "https://models.s3.eu-west-1.amazonaws.com/m/model.onnx")]
    [InlineData("S3_ENDPOINT", "s3.amazonaws.com", "https://models.s3.eu-west-1.amazonaws.com/m/model.onnx")]
    [InlineData("S3_USE_ACCELERATE", "true", "https://models.s3-accelerate.amazonaws.com/m/model.onnx")]
    [InlineData("S3_ENDPOINT", "minio.kserve:9000", "https://minio.kserve:9000/models/m/model.onnx")]
    public async Task Amazon_gets_regional_hosts_and_other_stores_get_paths(string name, string value, string address)
    {
        var environment = new StorageEnvironment(new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "id",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_DEFAULT_REGION"] = "eu-west-1",
            [name] = value,
        });
        using var http = new StorageHttp(environment, TimeProvider.System);
        using var source = ModelSource.Create("s3://models/m", environment, http);

        using var request = await source.CreateRequestAsync(new RemoteFile("model.onnx", new Uri("s3://object/#m%2Fmodel.onnx"), 1), range: null, CancellationToken.None);

        Assert.Equal(address, request.RequestUri!.GetLeftPart(UriPartial.Path));
    }

    [Fact]
    public async Task An_unreachable_server_is_a_connection_failure()
    {
        using var run = new Run(Credentials("http://127.0.0.1:1"));

        await run.FailsAsync("s3://models/m", FailureCategory.Connection, "The listing of models failed: Connection refused (127.0.0.1:1) (3 attempts)");
    }

    private static Task SendStatusAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Forwards a request unchanged, including its signed host, and a limited number of bytes of the response.</summary>
    private static async Task ForwardAsync(HttpContext http, HttpClient client, StoreProcess store, long cutAt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{store.Address}{http.Request.Path.ToUriComponent()}{http.Request.QueryString}");
        foreach (var header in http.Request.Headers) request.Headers.TryAddWithoutValidation(header.Key, (string?)header.Value);
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        http.Response.StatusCode = (int)response.StatusCode;
        http.Response.Headers.ETag = response.Headers.ETag?.Tag;
        http.Response.Headers.ContentRange = response.Content.Headers.ContentRange?.ToString();
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.AsMemory(0, (int)Math.Min(body.Length, cutAt)));
        await http.Response.Body.FlushAsync();
    }

    private static (string, string)[] Credentials(StoreProcess store) => S3Store.Credentials(store.Address);

    private static (string, string)[] Credentials(string endpoint) => S3Store.Credentials(endpoint);

    private static Task<StoreProcess> StartAsync(params (string Key, byte[] Content)[] objects) => S3Store.StartAsync("models", objects);
}
