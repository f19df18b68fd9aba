using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>A real server of S3's protocol.</summary>
public sealed class S3Tests
{
    private const string Program = "node/node_modules/.bin/s3rver";

    private static readonly byte[] Model = Run.Content((32 << 20) + 1000);

    [NeedsStoreFact(Program)]
    public async Task A_prefix_is_a_model()
    {
        using var store = await StartAsync(("a/langid/model.onnx", Model), ("a/langid/1/né w+.txt", "x"u8.ToArray()), ("a/langid/", []), ("a/langid-other/y", [1]));
        using var run = new Run(Credentials(store));

        await run.FetchesAsync("s3://models/a/langid/", ("model.onnx", Model), ("1/né w+.txt", "x"u8.ToArray()));
    }

    [NeedsStoreFact(Program)]
    public async Task One_object_is_a_model()
    {
        using var store = await StartAsync(("a/model.onnx", Model), ("a/model.onnx.data", [1]));
        using var run = new Run(Credentials(store));

        await run.FetchesAsync("s3://models/a/model.onnx", ("model.onnx", Model));
    }

    [NeedsStoreFact(Program)]
    public async Task The_secret_of_KServe_names_bucket_and_credentials()
    {
        using var store = await StartAsync(("m/model.onnx", [1, 2, 3]));
        using var run = new Run(
            ("STORAGE_CONFIG", $$"""{"type":"s3","access_key_id":"S3RVER","secret_access_key":"S3RVER","endpoint_url":"{{store.Address}}","bucket":"nothing"}"""),
            ("STORAGE_OVERRIDE_CONFIG", """{"bucket":"models"}"""));

        await run.FetchesAsync("<scheme-placeholder>://<bucket-placeholder>/m", ("model.onnx", [1, 2, 3]));
    }

    [NeedsStoreFact(Program)]
    public async Task What_is_wrong_is_told_by_its_category()
    {
        using var store = await StartAsync(("m/model.onnx", [1]));
        using (var run = new Run(Credentials(store))) await run.FailsAsync("s3://models/nothing", FailureCategory.NotFound, "s3://models/nothing: The bucket models has no object named nothing or below it.");
        using (var run = new Run(Credentials(store))) await run.FailsAsync("s3://no-bucket/m", FailureCategory.NotFound, "NoSuchBucket");
        using (var run = new Run(Credentials(store)).With("AWS_ACCESS_KEY_ID", "wrong")) await run.FailsAsync("s3://models/m", FailureCategory.Authentication, "InvalidAccessKeyId");
    }

    [NeedsStoreFact(Program)]
    public async Task Anybody_may_read_what_is_public()
    {
        using var store = await StartAsync(("m/model.onnx", [1]));
        using var run = new Run(("S3_ENDPOINT", $"127.0.0.1:{store.Port}"), ("S3_USE_HTTPS", "0"), ("awsAnonymousCredential", "true"));

        await run.FetchesAsync("s3://models/m", ("model.onnx", [1]));
    }

    private static (string, string)[] Credentials(StoreProcess store)
        => [("AWS_ACCESS_KEY_ID", "S3RVER"), ("AWS_SECRET_ACCESS_KEY", "S3RVER"), ("AWS_ENDPOINT_URL", store.Address)];

    private static async Task<StoreProcess> StartAsync(params (string Key, byte[] Content)[] objects)
    {
        var store = await StoreProcess.StartAsync(Program, (port, folder) => ["-d", folder, "-a", "127.0.0.1", "-p", $"{port}", "--configure-bucket", "models"]);
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("S3RVER", "S3RVER"), new AmazonS3Config { ServiceURL = store.Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        // The server keeps the marks of chunks as if they were content.
        foreach (var (key, content) in objects)
            await client.PutObjectAsync(new PutObjectRequest { BucketName = "models", Key = key, InputStream = new MemoryStream(content), UseChunkEncoding = false });
        return store;
    }
}
