namespace InferenceServices.Contracts.Errors;

/// <summary>The request is malformed or does not match the model: 400 <c>invalid_input</c>.</summary>
/// <param name="message">One sentence: the field, the expected value and the actual value.</param>
/// <param name="innerException">The exception of the parser.</param>
public sealed class InvalidInputException(ErrorText message, Exception? innerException = null)
    : InferenceException(400, "invalid_input", message.ToString(), innerException);
