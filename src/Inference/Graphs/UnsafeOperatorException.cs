namespace InferenceServices.Inference.Graphs;

/// <summary>A graph has an operator that can end the process or run without end because of values in a request, and that cannot be guarded.</summary>
/// <param name="reason">The operator, and why it cannot be guarded.</param>
/// <param name="remedy">What makes the operator safe, with the word that joins the switch.</param>
internal sealed class UnsafeOperatorException(string reason, string remedy = "convert the model to .onnx of opset 9 or later, or ")
    : NotSupportedException($"{reason} against values that end the process or run without end; {remedy}set --allow_unsafe_operators");
