namespace InferenceServices.Contracts.V2;

/// <summary>What a model is and what it takes.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Versions">All served versions, lowest first.</param>
/// <param name="Platform"><c>onnxruntime_onnx</c>, Triton's word, for an ONNX file; empty for a service.</param>
/// <param name="Inputs">In the model's order.</param>
/// <param name="Outputs">In the model's order.</param>
/// <remarks>Open Inference Protocol, <c>$metadata_model_response</c>.</remarks>
public sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs);
