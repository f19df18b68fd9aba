using System.Globalization;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A file of a model, where it is stored.</summary>
/// <param name="Path">Relative to the model, with slashes.</param>
/// <param name="Address">What is asked for its bytes, without what proves who asks.</param>
/// <param name="Length">In bytes; null where the store does not say.</param>
internal sealed record RemoteFile(string Path, Uri Address, long? Length)
{
    /// <summary>What the store calls this state of the file: an ETag, a date, a generation, a digest. Null where it says nothing.</summary>
    public string? Version { get => field ?? EntityTag ?? LastModified?.ToString("R", CultureInfo.InvariantCulture); init; }

    /// <summary>The strong ETag, without quotes, that answers must have as well; null where the address itself names the state.</summary>
    public string? EntityTag { get; init; }

    /// <summary>When it was last changed, where nothing better says which state of it an answer is of.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Whether the store gives pieces of it.</summary>
    public bool HasRanges { get; init; } = true;

    /// <summary>What its bytes must amount to, where the store or the address says so.</summary>
    public FileDigest? Digest { get; init; }

    /// <summary>A layer of an image.</summary>
    public bool IsLayer { get; init; }
}
