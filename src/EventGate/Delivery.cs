namespace InferenceServices.EventGate;

/// <summary>What became of a batch.</summary>
/// <param name="Problem">What EventGate said or why it could not be asked; null when it took all.</param>
/// <param name="IsRefused">All were refused for good, without a word on which event is the reason.</param>
/// <param name="RetryAfter">How long EventGate wants to be left alone.</param>
/// <param name="Told">What EventGate said of single events, by id: refused for good (true), or not taken this time (false). The others share the batch's fate.</param>
internal sealed record Delivery(string? Problem, bool IsRefused, TimeSpan? RetryAfter, IReadOnlyDictionary<string, (bool IsFinal, string Reason)> Told)
{
    /// <summary>Nobody said anything of single events.</summary>
    public static readonly IReadOnlyDictionary<string, (bool IsFinal, string Reason)> Nothing = new Dictionary<string, (bool IsFinal, string Reason)>();

    /// <summary>EventGate has taken all, or will: it answered before it looked.</summary>
    public static readonly Delivery Complete = new(null, false, null, Nothing);
}
