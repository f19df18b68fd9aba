namespace InferenceServices.ModelServer.PredictionCache;

/// <summary>Where an answer came from; of an answer with several parts, the last of these that applies to one of them.</summary>
internal enum CacheOutcome
{
    /// <summary>No cache was asked.</summary>
    None,

    /// <summary>It was there.</summary>
    Hit,

    /// <summary>Another caller, who asked the same at the same time, had it made.</summary>
    Coalesced,

    /// <summary>It was made for this caller.</summary>
    Miss,
}
