namespace InferenceServices.Contracts.Errors;

/// <summary>A program cannot do what it was started for: a missing model, a bad switch. The message is for the operator; no stack is shown.</summary>
/// <param name="message">One sentence: what is wrong and what to do.</param>
/// <param name="innerException">What the cause said.</param>
public class StartException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The program's exit code: 1, or 2 for a command line that cannot be understood.</summary>
    public virtual int ExitCode => 1;
}
