namespace InferenceServices.Codecs.Tests.Grpc;

/// <summary>Adds up the memory that is reserved.</summary>
internal sealed class WorkCounter : IWorkAccount
{
    /// <summary>Gets the reserved bytes.</summary>
    public long Bytes { get; private set; }

    public void ReserveWork(long bytes) => Bytes += bytes;
}
