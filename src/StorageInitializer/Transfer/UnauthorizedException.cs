using System.Net.Http.Headers;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>What a server wants to know who asks, as a registry says where its tokens are.</summary>
internal sealed class UnauthorizedException(IReadOnlyList<AuthenticationHeaderValue> challenges) : Exception("401")
{
    public IReadOnlyList<AuthenticationHeaderValue> Challenges { get; } = challenges;
}
