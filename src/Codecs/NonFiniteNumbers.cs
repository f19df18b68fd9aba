namespace InferenceServices.Codecs;

/// <summary>Representation of NaN and infinities in JSON, which has no numbers for them. Finite numbers are not affected.</summary>
public enum NonFiniteNumbers
{
    /// <summary>Written as <c>null</c>, as KServe's servers do; <c>null</c> is read as NaN, as in a numpy float array.</summary>
    Null,

    /// <summary>Written as the tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, as in Triton; also read as strings.</summary>
    Literal,

    /// <summary>An error 400 in requests and responses; binary tensor data support them.</summary>
    Error,
}
