namespace InferenceServices.Contracts.Serving;

/// <summary>Result of a cache lookup. A response of several parts reports the greatest value of its parts.</summary>
public enum CacheOutcome
{
    /// <summary>The cache was not used.</summary>
    None,

    /// <summary>The response was stored.</summary>
    Hit,

    /// <summary>A concurrent request with the same key computed the response.</summary>
    Coalesced,

    /// <summary>The response was computed for this request.</summary>
    Miss,
}
