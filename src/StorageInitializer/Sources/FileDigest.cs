using System.Security.Cryptography;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>The hash of a file's content.</summary>
/// <param name="Algorithm">SHA-256 or MD5.</param>
/// <param name="Value">The hash: 32 bytes of SHA-256 or 16 of MD5.</param>
internal sealed record FileDigest(HashAlgorithmName Algorithm, byte[] Value)
{
    /// <summary>Parses a SHA-256.</summary>
    /// <param name="hex">64 hexadecimal digits.</param>
    /// <returns>Null if the text is invalid.</returns>
    public static FileDigest? Sha256(string hex)
        => hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? new FileDigest(HashAlgorithmName.SHA256, Convert.FromHexString(hex)) : null;

    /// <summary>Parses an MD5.</summary>
    /// <param name="base64">16 bytes in base64.</param>
    /// <returns>Null if the text is invalid.</returns>
    public static FileDigest? Md5(string? base64)
    {
        var bytes = new byte[16];
        return base64 is not null && Convert.TryFromBase64String(base64, bytes, out var length) && length == 16 ? new FileDigest(HashAlgorithmName.MD5, bytes) : null;
    }

    /// <summary>Compares the hash of a file.</summary>
    /// <exception cref="StorageException">The hash differs.</exception>
    public async Task VerifyAsync(string path, string name, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var actual = Algorithm == HashAlgorithmName.MD5 ? await HashMd5Async(stream, cancellationToken) : await SHA256.HashDataAsync(stream, cancellationToken);
        if (!actual.AsSpan().SequenceEqual(Value))
            throw new StorageException(
                FailureCategory.Corrupt,
                $"The {Algorithm.Name} of {name} is {Convert.ToHexStringLower(actual)}; expected {Convert.ToHexStringLower(Value)}.");
    }

    // Google and Azure store only an MD5. It detects corruption, not tampering.
#pragma warning disable CA5351
    private static ValueTask<byte[]> HashMd5Async(Stream stream, CancellationToken cancellationToken) => MD5.HashDataAsync(stream, cancellationToken);
#pragma warning restore CA5351
}
