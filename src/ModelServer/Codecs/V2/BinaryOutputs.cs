using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V2;

/// <summary>Which outputs of a response go behind its JSON.</summary>
/// <param name="request">What its caller asked; null, as in a default value, for none.</param>
/// <remarks>Binary tensor data extension: an output's <c>binary_data</c> wins over the request's <c>binary_data_output</c>.</remarks>
internal readonly struct BinaryOutputs(InferRequest? request)
{
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
