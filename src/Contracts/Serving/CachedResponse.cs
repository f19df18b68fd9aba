using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>A response that passed through the response cache.</summary>
/// <param name="Response">The response. The caller owns and disposes it.</param>
/// <param name="Outcome">Result of the lookup.</param>
/// <param name="Age">Time since the response was computed; may be negative when this request computed it.</param>
/// <param name="Lifetime">How long the response may be stored, or null if it is not stored.</param>
public readonly record struct CachedResponse(PredictResponse Response, CacheOutcome Outcome, TimeSpan Age, TimeSpan? Lifetime);
