namespace InferenceServices.Codecs;

/// <summary>Representation of tensor elements that JSON does not support. The default is that of V2 in KServe's servers.</summary>
/// <param name="NonFinite">How NaN and infinities are written.</param>
/// <param name="Base64">Whether <c>{"b64":"…"}</c> is a BYTES element that is not UTF-8 text: in V1, as in TensorFlow Serving; not in V2.</param>
internal readonly record struct TensorJsonFormat(NonFiniteNumbers NonFinite = NonFiniteNumbers.Null, bool Base64 = false)
{
    /// <summary>V1 format of requests to a predictor, independent of the format of this server's own responses.</summary>
    public static TensorJsonFormat PredictorV1 { get; } = new(Base64: true);
}
