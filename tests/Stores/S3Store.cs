using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace InferenceServices.Testing;

/// <summary>An S3 server on loopback.</summary>
internal static class S3Store
{
    public const string Program = "node/node_modules/.bin/s3rver";
    public const string Missing = Program + StoreProcess.IsAbsent;

    public static bool IsPresent => StoreProcess.IsPresent(Program);

    /// <summary>Starts a server with a bucket and objects.</summary>
    public static async Task<StoreProcess> StartAsync(string bucket, params IEnumerable<(string Key, byte[] Content)> objects)
    {
        var store = await StoreProcess.StartAsync(Program, (port, folder) => ["-d", folder, "-a", "127.0.0.1", "-p", $"{port}", "--configure-bucket", bucket]);
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("S3RVER", "S3RVER"), new AmazonS3Config { ServiceURL = store.Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        // The server stores chunk markers as content.
        foreach (var (key, content) in objects)
            await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = new MemoryStream(content), UseChunkEncoding = false });
        return store;
    }

    /// <summary>Returns the environment variables for endpoint and credentials.</summary>
    public static (string Name, string Value)[] Credentials(string endpoint)
        => [("AWS_ACCESS_KEY_ID", "S3RVER"), ("AWS_SECRET_ACCESS_KEY", "S3RVER"), ("AWS_ENDPOINT_URL", endpoint)];
}
