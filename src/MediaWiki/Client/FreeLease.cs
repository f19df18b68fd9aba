using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace InferenceServices.MediaWiki.Client;

/// <summary>A place that takes none.</summary>
internal sealed class FreeLease : RateLimitLease
{
    public static readonly FreeLease Instance = new();

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = null;
        return false;
    }
}
