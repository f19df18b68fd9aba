namespace InferenceServices.Codecs.Grpc;

/// <summary>A <c>ModelStreamInferResponse</c> to write.</summary>
/// <param name="response">The response, or the id of a failed request. The message takes ownership.</param>
/// <param name="error">Message of the error; empty for none.</param>
internal sealed class StreamResponseMessage(InferResponseMessage response, string error = "") : IWireMessage
{
    /// <inheritdoc/>
    public long Size => WireWriter.SizeOfField(error) + WireWriter.SizeOfField(response.Size);

    /// <inheritdoc/>
    public void WriteTo(ref WireWriter writer)
    {
        writer.WriteField(1, error);
        writer.WriteLength(2, response.Size);
        response.WriteTo(ref writer);
    }

    /// <summary>Releases the tensors.</summary>
    public void Dispose() => response.Dispose();
}
