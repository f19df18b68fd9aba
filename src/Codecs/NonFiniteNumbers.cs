namespace InferenceServices.Codecs;

/// <summary>How tensors in JSON say NaN and the infinities, which JSON has no numbers for. Finite numbers are never touched.</summary>
public enum NonFiniteNumbers
{
    /// <summary>All of them are written as <c>null</c>, as KServe's servers do; <c>null</c> is read as NaN, as numpy does for a float array.</summary>
    Null,

    /// <summary>The bare tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, as Triton writes them; on input as strings too.</summary>
    Literal,

    /// <summary>Refused both ways with 400: binary data has them.</summary>
    Error,
}
