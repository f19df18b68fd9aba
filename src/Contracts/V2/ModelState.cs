namespace InferenceServices.Contracts.V2;

/// <summary>What a repository says of a model.</summary>
/// <remarks>Triton, model repository extension; the wire has the names in capitals.</remarks>
public enum ModelState
{
    /// <summary>Answers requests.</summary>
    Ready,

    /// <summary>Lies on disk, but is not loaded, or could not be.</summary>
    Unavailable,

    /// <summary>Is being loaded.</summary>
    Loading,

    /// <summary>Takes no more requests and finishes those it has.</summary>
    Unloading,
}
