using Google.Protobuf;

namespace InferenceServices.Onnx;

/// <summary>Reads ONNX files without a runtime.</summary>
public static class OnnxFile
{
    /// <summary>Reads a model; external weights are not read.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <returns>The model; <see cref="ModelProto.Graph"/> is present.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model or is truncated.</exception>
    public static ModelProto Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            var model = ModelProto.Parser.ParseFrom(file);
            return model.Graph is not null && model.IrVersion > 0 ? model : throw new InvalidDataException($"{path} is not an ONNX model");
        }
        catch (InvalidProtocolBufferException)
        {
            throw new InvalidDataException($"{path} is not an ONNX model, or is truncated");
        }
    }
}
