namespace InferenceServices.Inference.Graphs;

/// <summary>A graph has an operator that can end the process or run without end because of values in a request, and that cannot be guarded.</summary>
/// <param name="reason">The operator, and why it cannot be guarded.</param>
internal sealed class UnsafeOperatorException(string reason)
    : NotSupportedException($"{reason} against values that end the process or run without end; convert the model to .onnx of opset 9 or later, or set --allow_unsafe_operators");
