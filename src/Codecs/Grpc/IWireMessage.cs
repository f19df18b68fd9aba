namespace InferenceServices.Codecs.Grpc;

/// <summary>A message that writes itself to the wire from the memory of its tensors, which it owns.</summary>
internal interface IWireMessage : IDisposable
{
    /// <summary>Gets the size of the message in bytes.</summary>
    long Size { get; }

    /// <summary>Writes the message.</summary>
    void WriteTo(ref WireWriter writer);
}
