using System.Net.Http.Headers;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>A 401 response with its challenges; a registry names its token endpoint in them.</summary>
internal sealed class UnauthorizedException(IReadOnlyList<AuthenticationHeaderValue> challenges) : Exception("401")
{
    public IReadOnlyList<AuthenticationHeaderValue> Challenges { get; } = challenges;
}
