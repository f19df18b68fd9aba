using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>A switch that cannot be understood. Ends a start with exit code 2; the message is for the operator.</summary>
/// <param name="message">One sentence: the switch, what was expected, what came.</param>
public sealed class CommandLineException(string message) : StartException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
