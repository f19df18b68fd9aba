namespace InferenceServices.Codecs;

/// <summary>What may stand for a tensor's element beside JSON's own numbers, booleans and text. The default is V2 as KServe's servers speak it.</summary>
/// <param name="NonFinite">How NaN and infinities are written.</param>
/// <param name="Base64">Whether <c>{"b64":"…"}</c> is a BYTES element that is not UTF-8 text: in V1, as in TensorFlow Serving; not in V2.</param>
internal readonly record struct TensorJsonFormat(NonFiniteNumbers NonFinite = NonFiniteNumbers.Null, bool Base64 = false)
{
    /// <summary>V1 format of requests to a predictor, independent of the format of this server's own responses.</summary>
    public static TensorJsonFormat PredictorV1 { get; } = new(Base64: true);
}
