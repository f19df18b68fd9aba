using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Inspect;

/// <summary>Prints the declarations of an ONNX file, without loading a runtime.</summary>
internal static class OnnxReport
{
    public static void Write(string path, TextWriter output)
    {
        var model = Read(path);
        TensorProto[] weights = [.. model.Graph.Initializer, .. GraphReader.AllNodes(model.Graph).Where(node => node.OpType == "Constant").SelectMany(ConstantOf)];
        output.Line("file", $"{path}, {ReportWriter.Size(new FileInfo(path).Length)}");
        output.Line("format", $"ONNX IR {model.IrVersion}, opset {string.Join(", ", model.OpsetImport.Select(Opset))}");
        output.Line("producer", $"{model.ProducerName} {model.ProducerVersion}".Trim());
        if (model.DocString.Length > 0)
            output.Line("description", model.DocString.ReplaceLineEndings(" "));
        foreach (var input in GraphReader.RequiredInputs(model.Graph))
            output.Line("input", Value(input));
        foreach (var result in model.Graph.Output)
            output.Line("output", Value(result));
        output.Line("operators", Operators(model.Graph));
        output.Line("weights", $"{weights.Length} tensors, {ReportWriter.Size(weights.Sum(SizeOf))}");
        foreach (var file in weights.Where(IsExternal).GroupBy(Location))
            output.Line("external", External(path, file.Key, file.Count()));
        foreach (var entry in model.MetadataProps)
            output.Line("metadata", $"{entry.Key} = {entry.Value}");
    }

    private static ModelProto Read(string path)
    {
        if (ModelFileFormat.FindProblem(path) is { } problem) throw new ModelFileException($"{path} is not an ONNX model: {problem}");
        try
        {
            return OnnxFile.Read(path);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(error.Message);
        }
    }

    private static string Opset(OperatorSetIdProto opset) => $"{(opset.Domain.Length == 0 ? "ai.onnx" : opset.Domain)} {opset.Version}";

    private static string Value(ValueInfoProto value) => $"{value.Name} {TypeName(value.Type)}";

    private static string TypeName(TypeProto? type) => type?.ValueCase switch
    {
        TypeProto.ValueOneofCase.TensorType => $"{OnnxDatatype.NameOf(type.TensorType.ElemType)} {Shape(type.TensorType.Shape)}",
        TypeProto.ValueOneofCase.SparseTensorType => $"sparse {OnnxDatatype.NameOf(type.SparseTensorType.ElemType)} {Shape(type.SparseTensorType.Shape)}",
        TypeProto.ValueOneofCase.SequenceType => $"sequence of {TypeName(type.SequenceType.ElemType)}",
        TypeProto.ValueOneofCase.MapType => $"map of {OnnxDatatype.NameOf(type.MapType.KeyType)} to {TypeName(type.MapType.ValueType)}",
        TypeProto.ValueOneofCase.OptionalType => $"optional {TypeName(type.OptionalType.ElemType)}",
        _ => "without a declared type",
    };

    private static string Shape(TensorShapeProto? shape)
        => shape is null
            ? "of any shape"
            : $"[{string.Join(',', shape.Dim.Select(dim => dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dim.DimValue : -1))}]";

    private static string Operators(GraphProto graph)
    {
        var nodes = GraphReader.AllNodes(graph).ToList();
        var counts = nodes.GroupBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}")
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal);
        return $"{nodes.Count}: {string.Join(", ", counts.Select(group => $"{group.Key} {group.Count()}"))}";
    }

    // Exports without constant folding have their weights in nodes.
    private static IEnumerable<TensorProto> ConstantOf(NodeProto node) => node.Attribute.Where(attribute => attribute.Name == "value" && attribute.T is not null).Select(attribute => attribute.T);

    private static long SizeOf(TensorProto tensor)
        => tensor.DataType == OnnxDatatype.String
            ? tensor.StringData.Sum(text => (long)text.Length)
            : tensor.Dims.Aggregate(1L, (size, dim) => size * dim) * OnnxDatatype.SizeOf(tensor.DataType);

    private static bool IsExternal(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;

    private static string Location(TensorProto tensor) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == "location")?.Value ?? "";

    private static string External(string path, string location, int tensors)
    {
        var file = new FileInfo(Path.Combine(Path.GetDirectoryName(path) ?? "", location));
        return $"{location}, {(file.Exists ? ReportWriter.Size(file.Length) : "missing")}, {tensors} tensors";
    }
}
