using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Connects runs to cancellation.</summary>
internal static class RunOptionsExtensions
{
    /// <summary>Terminates the runs of these options when a token is cancelled. Dispose the registration before the options.</summary>
    public static CancellationTokenRegistration TerminateOn(this RunOptions options, CancellationToken cancellationToken)
        => cancellationToken.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, options);
}
