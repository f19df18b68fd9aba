using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Acquired lease that holds no permit.</summary>
internal sealed class NoopLease : RateLimitLease
{
    public static readonly NoopLease Instance = new();

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = null;
        return false;
    }
}
