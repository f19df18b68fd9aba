namespace InferenceServices.Contracts.Errors;

/// <summary>The request is well-formed, but the model cannot score its input: 422 <c>unscorable_input</c>.</summary>
/// <param name="message">One sentence: the reason.</param>
public sealed class UnscorableInputException(ErrorText message)
    : InferenceException(422, "unscorable_input", message.ToString());
