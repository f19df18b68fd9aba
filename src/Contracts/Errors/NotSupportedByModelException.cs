namespace InferenceServices.Contracts.Errors;

/// <summary>The model does not support the operation: 501 <c>not_implemented</c>.</summary>
/// <param name="message">One sentence: the operation, and the component that supports it.</param>
public sealed class NotSupportedByModelException(ErrorText message)
    : InferenceException(501, "not_implemented", message.ToString());
