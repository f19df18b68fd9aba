using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference;

/// <summary>The declarations of a model in ORT format, as ONNX Runtime reads them. The runtime lists neither operators nor weights.</summary>
public sealed class OrtModel
{
    private OrtModel(InferenceSession session)
    {
        var metadata = session.ModelMetadata;
        (Producer, Description, Metadata) = (metadata.ProducerName, metadata.Description, metadata.CustomMetadataMap);
        Inputs = [.. session.InputMetadata.Select(input => Signature.Describe("input", input.Key, input.Value))];
        Outputs = [.. session.OutputMetadata.Select(output => Signature.Describe("output", output.Key, output.Value))];
    }

    /// <summary>Gets the name of the program that wrote the model.</summary>
    public string Producer { get; }

    /// <summary>Gets the description of the model; empty if there is none.</summary>
    public string Description { get; }

    /// <summary>Gets the inputs; -1 is a dynamic dimension.</summary>
    public IReadOnlyList<TensorMetadata> Inputs { get; }

    /// <summary>Gets the outputs; -1 is a dynamic dimension.</summary>
    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>Gets the metadata of the model by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">An <c>.ort</c> file.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime rejects the file; the message has the reason.</exception>
    /// <exception cref="NotSupportedException">An input or output is not a tensor of a datatype of the protocols.</exception>
    public static OrtModel Read(string path)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            using var session = new InferenceSession(path, options);
            return new OrtModel(session);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }
}
