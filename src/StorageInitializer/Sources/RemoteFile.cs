using System.Globalization;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A file of a model in a store.</summary>
/// <param name="Path">Relative to the model, with slashes.</param>
/// <param name="Address">The address of its content, without authorization.</param>
/// <param name="Length">In bytes; null if unknown.</param>
internal sealed record RemoteFile(string Path, Uri Address, long? Length)
{
    /// <summary>The version of the file: ETag, date, generation or digest. Null if unknown.</summary>
    public string? Version { get => field ?? EntityTag ?? LastModified?.ToString("R", CultureInfo.InvariantCulture); init; }

    /// <summary>The strong ETag, without quotes, that responses must match; null if the address pins the version.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The last modification, used only without an ETag.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Whether the store supports range requests for the file.</summary>
    public bool SupportsRanges { get; init; } = true;

    /// <summary>The expected hash; null if unknown.</summary>
    public FileDigest? Digest { get; init; }

    /// <summary>Whether the file is a layer of an image.</summary>
    public bool IsLayer { get; init; }
}
