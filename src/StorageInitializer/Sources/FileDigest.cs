using System.Security.Cryptography;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>What the bytes of a file amount to.</summary>
/// <param name="Algorithm">SHA-256 or MD5.</param>
/// <param name="Value">The hash itself.</param>
internal sealed record FileDigest(HashAlgorithmName Algorithm, byte[] Value)
{
    /// <param name="hex">64 hexadecimal digits.</param>
    /// <returns>Null when it is no such thing.</returns>
    public static FileDigest? Sha256(string hex)
        => hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? new FileDigest(HashAlgorithmName.SHA256, Convert.FromHexString(hex)) : null;

    /// <param name="base64">Of 16 bytes.</param>
    /// <returns>Null when it is no such thing.</returns>
    public static FileDigest? Md5(string? base64)
    {
        var bytes = new byte[16];
        return base64 is not null && Convert.TryFromBase64String(base64, bytes, out var length) && length == 16 ? new FileDigest(HashAlgorithmName.MD5, bytes) : null;
    }

    /// <exception cref="StorageException">The file amounts to something else.</exception>
    public async Task VerifyAsync(string path, string name, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var actual = Algorithm == HashAlgorithmName.MD5 ? await HashMd5Async(stream, cancellationToken) : await SHA256.HashDataAsync(stream, cancellationToken);
        if (!actual.AsSpan().SequenceEqual(Value))
            throw new StorageException(
                FailureCategory.Damaged,
                $"The {Algorithm.Name} of {name} is {Convert.ToHexStringLower(actual)}, and should be {Convert.ToHexStringLower(Value)}.");
    }

    // What the stores of Google and Azure keep is MD5: good against accidents, and nothing else is asked of it here.
#pragma warning disable CA5351
    private static ValueTask<byte[]> HashMd5Async(Stream stream, CancellationToken cancellationToken) => MD5.HashDataAsync(stream, cancellationToken);
#pragma warning restore CA5351
}
