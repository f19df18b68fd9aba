namespace InferenceServices.EventGate;

/// <summary>Label values of <see cref="DeadLetterReason"/> in metrics.</summary>
internal static class DeadLetterReasonExtensions
{
    public static string ToLabel(this DeadLetterReason reason) => reason switch
    {
        DeadLetterReason.Rejected => "refused",
        DeadLetterReason.Failed => "failed",
        DeadLetterReason.Full => "full",
        _ => "stopped",
    };
}
