using InferenceServices.Codecs;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Memory;

/// <summary>Copies large outputs from the limited memory of the runtime, so that a client that reads slowly does not hold that memory.</summary>
internal static class LargeOutputs
{
    /// <summary>Replaces the outputs if they are large.</summary>
    /// <param name="response">The response. Takes ownership.</param>
    /// <param name="reservation">Counts the copies; null: nothing is copied.</param>
    /// <returns>The response to send.</returns>
    public static InferResponse Detach(InferResponse response, MemoryReservation? reservation)
    {
        var bytes = 0L;
        foreach (var output in response.Outputs) bytes += output.Tensor.Bytes.Length;
        if (bytes <= PooledBufferWriter.SmallBytes || reservation is null) return response;
        using (response)
        {
            // Twice: the message is serialized to the buffer of the connection.
            reservation.Reserve(2 * bytes);
            var outputs = new InferOutput[response.Outputs.Count];
            for (var i = 0; i < outputs.Length; i++)
            {
                var output = response.Outputs[i];
                outputs[i] = output with { Tensor = Tensor.Copy(output.Tensor.Datatype, output.Tensor.Shape, output.Tensor.Bytes) };
            }
            return response with { Outputs = outputs };
        }
    }
}
