namespace InferenceServices.Contracts.Errors;

/// <summary>The request is well-formed, but there is nothing the model could say about it: 422 <c>unscorable_input</c>.</summary>
/// <param name="message">One sentence: why not.</param>
public sealed class UnscorableInputException(string message)
    : InferenceException(422, "unscorable_input", message);
