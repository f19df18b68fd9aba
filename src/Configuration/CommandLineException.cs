namespace InferenceServices.Configuration;

/// <summary>A switch, an environment variable or a setting has a value that cannot be read. Ends the start with exit code 2.</summary>
/// <param name="message">One sentence for the operator: the switch, the expected value, the actual value.</param>
public sealed class CommandLineException(string message) : Exception(message)
{
    /// <summary>The exit code of a program that cannot read its command line.</summary>
    public int ExitCode { get; } = 2;
}
