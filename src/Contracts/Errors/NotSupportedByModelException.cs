namespace InferenceServices.Contracts.Errors;

/// <summary>The model has no such operation: 501 <c>not_implemented</c>.</summary>
/// <param name="message">One sentence: the operation, and which component would have it.</param>
public sealed class NotSupportedByModelException(string message)
    : InferenceException(501, "not_implemented", message);
