using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace InferenceServices.Testing;

/// <summary>A real server of S3's protocol.</summary>
internal static class S3Store
{
    public const string Program = "node/node_modules/.bin/s3rver";

    /// <summary>A server with one bucket and what is in it.</summary>
    public static async Task<StoreProcess> StartAsync(string bucket, params IEnumerable<(string Key, byte[] Content)> objects)
    {
        var store = await StoreProcess.StartAsync(Program, (port, folder) => ["-d", folder, "-a", "127.0.0.1", "-p", $"{port}", "--configure-bucket", bucket]);
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("S3RVER", "S3RVER"), new AmazonS3Config { ServiceURL = store.Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        // The server keeps the marks of chunks as if they were content.
        foreach (var (key, content) in objects)
            await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = new MemoryStream(content), UseChunkEncoding = false });
        return store;
    }

    /// <summary>Variables by which it is found and entered.</summary>
    public static (string Name, string Value)[] Credentials(string endpoint)
        => [("AWS_ACCESS_KEY_ID", "S3RVER"), ("AWS_SECRET_ACCESS_KEY", "S3RVER"), ("AWS_ENDPOINT_URL", endpoint)];
}
