namespace InferenceServices.Codecs;

/// <summary>What may stand for a tensor's element beside JSON's own numbers, booleans and text. The default is V2 as KServe's servers speak it.</summary>
/// <param name="NonFinite">What stands for NaN and the infinities.</param>
/// <param name="Base64">Whether <c>{"b64":"…"}</c> stands for a BYTES element that is no text: V1 has it from TensorFlow Serving, V2 does not.</param>
internal readonly record struct TensorJsonFormat(NonFiniteNumbers NonFinite = NonFiniteNumbers.Null, bool Base64 = false)
{
    /// <summary>V1 as it is spoken to predictors, which are told nothing of how this server speaks to its callers.</summary>
    public static TensorJsonFormat PredictorV1 { get; } = new(Base64: true);
}
