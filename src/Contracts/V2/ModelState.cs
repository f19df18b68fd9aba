namespace InferenceServices.Contracts.V2;

/// <summary>State of a model in the repository.</summary>
/// <remarks>Triton, model repository extension; the names are upper-case on the wire.</remarks>
public enum ModelState
{
    /// <summary>Serves requests.</summary>
    Ready,

    /// <summary>On disk but not loaded: never loaded, unloaded, or failed.</summary>
    Unavailable,

    /// <summary>Is being loaded.</summary>
    Loading,

    /// <summary>Accepts no new requests and completes the current ones.</summary>
    Unloading,
}
