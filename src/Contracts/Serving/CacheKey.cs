namespace InferenceServices.Contracts.Serving;

/// <summary>What an answer depends on: two requests with the same key would get the same answer.</summary>
/// <param name="Text">Everything of the request that the answer depends on, and the version of the model. The service's own name is added to it.</param>
/// <param name="IsLasting">
/// Whether what is asked about stays what it is, as a revision does, so that the answer may be kept. Otherwise only callers who wait at the same time share one answer.
/// </param>
public readonly record struct CacheKey(string Text, bool IsLasting);
