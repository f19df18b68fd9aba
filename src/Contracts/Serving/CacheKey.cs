namespace InferenceServices.Contracts.Serving;

/// <summary>Key of a response in the response cache: two requests with the same key get the same response.</summary>
/// <param name="Text">Everything the response depends on, the model's version included. The cache adds the service's name.</param>
/// <param name="IsLasting">
/// True if the response does not change, such as one about a fixed revision: it is stored. False: only concurrent requests share one computation.
/// </param>
public readonly record struct CacheKey(string Text, bool IsLasting);
