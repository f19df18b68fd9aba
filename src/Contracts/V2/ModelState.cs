namespace InferenceServices.Contracts.V2;

/// <summary>What a repository says of a model.</summary>
/// <remarks>Triton, model repository extension; the wire has the names in capitals.</remarks>
public enum ModelState
{
    /// <summary>Answers requests.</summary>
    Ready,

    /// <summary>On disk, but not loaded: never requested, unloaded, or failed.</summary>
    Unavailable,

    /// <summary>Is being loaded.</summary>
    Loading,

    /// <summary>Takes no more requests and finishes those it has.</summary>
    Unloading,
}
