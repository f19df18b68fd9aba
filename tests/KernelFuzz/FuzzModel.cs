using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Inference.Graphs;
using InferenceServices.Onnx;

namespace InferenceServices.KernelFuzz;

/// <summary>A node test of the ONNX project: a model with a few nodes, and its inputs.</summary>
internal sealed class FuzzModel
{
    private const int Bf16 = 16;

    // Less than the limit of the server, for short runs.
    private const long MaxElements = 1 << 22;

    private FuzzModel(ModelProto model, List<TensorProto> inputs) => (Model, Inputs) = (model, inputs);

    public ModelProto Model { get; }

    /// <summary>Gets one tensor per input of the graph, with the name of the input.</summary>
    public List<TensorProto> Inputs { get; }

    /// <summary>Reads a model with the inputs of its first data set. All dimensions become dynamic.</summary>
    /// <param name="path">Path of model.onnx, with test_data_set_0 beside.</param>
    /// <returns>Null when an input is not a tensor of a supported type.</returns>
    public static FuzzModel? Read(string path)
    {
        var model = OnnxFile.Read(path);
        var inputs = new List<TensorProto>();
        var data = Path.Combine(Path.GetDirectoryName(path)!, "test_data_set_0");
        foreach (var (index, input) in GraphReader.RequiredInputs(model.Graph).Index())
        {
            var file = Path.Combine(data, $"input_{index}.pb");
            if (input.Type?.TensorType is not { } type || !File.Exists(file)) return null;
            var tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(file));
            if (tensor.DataType != type.ElemType || !HasBytes(tensor)) return null;
            tensor.Name = input.Name;
            inputs.Add(tensor);
            MakeDynamic(type, input.Name);
        }
        foreach (var output in model.Graph.Output)
            if (output.Type?.TensorType is { } type) type.Shape = null;
        model.Graph.ValueInfo.Clear();
        return new FuzzModel(model, inputs);
    }

    /// <summary>Returns the graph that the server opens. Each input passes an operator first, after which it may be empty.</summary>
    /// <param name="folder">Folder of the file that is read.</param>
    /// <exception cref="NotSupportedException">The server does not open the graph.</exception>
    public byte[] Guarded(string folder)
    {
        var model = Model.Clone();
        var path = Path.Combine(folder, "model.onnx");
        var opset = model.OpsetImport.FirstOrDefault(import => import.Domain.Length == 0)?.Version ?? 1;
        var nodes = new List<NodeProto> { ConstantOf("slice:start", 0), ConstantOf("slice:end", int.MaxValue) };
        foreach (var input in Inputs.Where(input => input.Dims.Count > 0))
        {
            var slice = new NodeProto { OpType = "Slice", Input = { input.Name + ":full" }, Output = { input.Name } };
            model.Graph.Input.First(value => value.Name == input.Name).Name += ":full";
            if (opset >= 10) slice.Input.Add(["slice:start", "slice:end"]);
            else
                foreach (var (name, value) in new[] { ("starts", 0L), ("ends", int.MaxValue) })
                    slice.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { value } });
            nodes.Add(slice);
        }
        foreach (var node in nodes.AsEnumerable().Reverse()) model.Graph.Node.Insert(0, node);
        File.WriteAllBytes(path, model.ToByteArray());
        return ModelGraph.Read(path, allowUnsafeOperators: false, MaxElements).Content ?? model.ToByteArray();
    }

    /// <summary>Returns a copy in which only one input is an input of the graph; the others are constants, as weights are.</summary>
    public FuzzModel WithConstants(int input)
    {
        var model = Model.Clone();
        for (var index = 0; index < Inputs.Count; index++)
        {
            if (index == input) continue;
            model.Graph.Input.Remove(model.Graph.Input.First(value => value.Name == Inputs[index].Name));
            model.Graph.Initializer.Add(Inputs[index]);
        }
        return new FuzzModel(model, [Inputs[input]]);
    }

    /// <summary>Returns a copy whose FP32 tensors have another type; null when the model has none.</summary>
    public FuzzModel? WithType(int dataType)
    {
        if (!Inputs.Exists(input => input.DataType == OnnxDatatype.Fp32)) return null;
        var model = Model.Clone();
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output))
            if (value.Type?.TensorType is { ElemType: OnnxDatatype.Fp32 } type) type.ElemType = dataType;
        return new FuzzModel(model, [.. Inputs.Select(input => input.DataType == OnnxDatatype.Fp32 ? Convert(input, dataType) : input)]);
    }

    /// <summary>Returns the bytes of an element; 0 for a string.</summary>
    public static int SizeOf(int dataType) => dataType == Bf16 ? 2 : OnnxDatatype.SizeOf(dataType);

    private static NodeProto ConstantOf(string name, long value)
    {
        var tensor = new TensorProto { DataType = OnnxDatatype.Int64, Dims = { 1 }, Int64Data = { value } };
        return new NodeProto { OpType = "Constant", Output = { name }, Attribute = { new AttributeProto { Name = "value", T = tensor, Type = AttributeProto.Types.AttributeType.Tensor } } };
    }

    private static void MakeDynamic(TypeProto.Types.Tensor type, string name)
    {
        for (var axis = 0; axis < (type.Shape?.Dim.Count ?? 0); axis++)
            type.Shape!.Dim[axis] = new TensorShapeProto.Types.Dimension { DimParam = $"{name}_{axis}" };
    }

    // Moves typed fields into raw_data.
    private static bool HasBytes(TensorProto tensor)
    {
        if (tensor.DataType == OnnxDatatype.String) return true;
        if (SizeOf(tensor.DataType) == 0) return false;
        if (tensor.FloatData.Count > 0) tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()));
        else if (tensor.Int64Data.Count > 0) tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(tensor.Int64Data.ToArray()));
        else if (tensor.DoubleData.Count > 0) tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(tensor.DoubleData.ToArray()));
        else if (tensor.Int32Data.Count > 0)
        {
            var size = SizeOf(tensor.DataType);
            tensor.RawData = ByteString.CopyFrom([.. tensor.Int32Data.SelectMany(value => BitConverter.GetBytes(value)[..size])]);
        }
        tensor.FloatData.Clear();
        tensor.Int64Data.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        return true;
    }

    private static TensorProto Convert(TensorProto tensor, int dataType)
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var bytes = new List<byte>();
        foreach (var value in values) bytes.AddRange(dataType == OnnxDatatype.Fp64 ? BitConverter.GetBytes((double)value) : BitConverter.GetBytes((Half)value));
        var converted = new TensorProto { Name = tensor.Name, DataType = dataType, RawData = ByteString.CopyFrom(bytes.ToArray()) };
        converted.Dims.Add(tensor.Dims);
        return converted;
    }
}
