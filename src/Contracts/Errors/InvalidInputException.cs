namespace InferenceServices.Contracts.Errors;

/// <summary>The request is malformed, or does not fit the model: 400 <c>invalid_input</c>.</summary>
/// <param name="message">One sentence: the field, what was expected, what came.</param>
/// <param name="innerException">What the parser said.</param>
public sealed class InvalidInputException(string message, Exception? innerException = null)
    : InferenceException(400, "invalid_input", message, innerException);
