namespace InferenceServices.Contracts.Errors;

/// <summary>The program cannot start, for example because of a missing model or an invalid switch. The message is for the operator; no stack is shown.</summary>
/// <param name="message">One sentence: the error and how to correct it.</param>
/// <param name="innerException">The cause.</param>
public class StartException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the exit code of the program: 1, or 2 for an invalid command line.</summary>
    public virtual int ExitCode => 1;
}
