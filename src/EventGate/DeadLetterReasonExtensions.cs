namespace InferenceServices.EventGate;

/// <summary>How reasons are called in metrics.</summary>
internal static class DeadLetterReasonExtensions
{
    public static string Name(this DeadLetterReason reason) => reason switch
    {
        DeadLetterReason.Refused => "refused",
        DeadLetterReason.Failed => "failed",
        DeadLetterReason.Full => "full",
        _ => "stopped",
    };
}
