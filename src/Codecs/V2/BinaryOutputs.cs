using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Decides which outputs of a response are binary tensors after its JSON.</summary>
/// <param name="request">The request; null: all outputs are JSON.</param>
/// <remarks>Binary tensor data extension: an output's <c>binary_data</c> wins over the request's <c>binary_data_output</c>.</remarks>
internal readonly struct BinaryOutputs(InferRequest? request)
{
    /// <summary>All outputs are JSON.</summary>
    public static BinaryOutputs None => default;

    public bool Includes(string outputName)
    {
        if (request?.Outputs is { } outputs)
        {
            for (var i = 0; i < outputs.Count; i++)
                if (outputs[i].Name == outputName) return outputs[i].BinaryData ?? request.BinaryDataOutput;
        }
        return request?.BinaryDataOutput ?? false;
    }
}
