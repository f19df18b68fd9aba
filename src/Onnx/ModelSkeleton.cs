using Google.Protobuf;

namespace InferenceServices.Onnx;

/// <summary>An ONNX file without its large initializers. A graph with gigabytes of weights can be read, changed and written as a new file.</summary>
/// <remarks>The file is open until the instance is disposed. Field numbers are those of onnx.proto, protobuf wire format.</remarks>
public sealed class ModelSkeleton : IDisposable
{
    // The constants that decide about shapes and branches are smaller.
    private const int MaxReadBytes = 4096;
    private const int GraphField = 7;
    private const int InitializerField = 5;

    private readonly FileStream _file;
    private readonly List<TensorProto> _weights = [];
    private readonly List<(long Start, long End)> _weightFields = [];

    private ModelSkeleton(string path) => _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);

    /// <summary>Gets the model without the initializers of <see cref="Weights"/>. Changes are written by <see cref="ToByteArray"/>.</summary>
    public ModelProto Model { get; private set; } = new();

    /// <summary>Gets the large initializers of the main graph: name, type and shape, without elements.</summary>
    public IReadOnlyList<TensorProto> Weights => _weights;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <returns>The model; its <see cref="ModelProto.Graph"/> is present. The caller disposes the instance.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model or is truncated.</exception>
    public static ModelSkeleton Read(string path)
    {
        var skeleton = new ModelSkeleton(path);
        try
        {
            skeleton.ReadModel();
            return skeleton.Model is { Graph: not null, IrVersion: > 0 } ? skeleton : throw new InvalidDataException("the file is not an ONNX model");
        }
        catch (Exception exception)
        {
            skeleton.Dispose();
            if (exception is InvalidProtocolBufferException or EndOfStreamException) throw new InvalidDataException("the file is not an ONNX model, or is truncated");
            throw;
        }
    }

    /// <summary>Writes the model with its initializers.</summary>
    /// <returns>The content of an ONNX file.</returns>
    /// <exception cref="InvalidDataException">The model does not fit in 2 GB, the limit of protobuf.</exception>
    public byte[] ToByteArray()
    {
        var graph = Model.Graph;
        Model.Graph = null;
        try
        {
            var graphLength = graph.CalculateSize() + _weightFields.Sum(field => field.End - field.Start);
            var head = Model.CalculateSize();
            var length = head + CodedOutputStream.ComputeTagSize(GraphField) + CodedOutputStream.ComputeUInt64Size((ulong)graphLength) + graphLength;
            if (length > Array.MaxLength) throw new InvalidDataException("the graph does not fit in 2 GB with the nodes that have to be added");
            var bytes = new byte[length];
            var output = new CodedOutputStream(bytes);
            Model.WriteTo(output);
            output.WriteTag(GraphField, WireFormat.WireType.LengthDelimited);
            output.WriteUInt64((ulong)graphLength);
            graph.WriteTo(output);
            output.Flush();
            CopyWeights(bytes.AsSpan((int)output.Position));
            return bytes;
        }
        finally
        {
            Model.Graph = graph;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void CopyWeights(Span<byte> target)
    {
        foreach (var (start, end) in _weightFields)
        {
            _file.Position = start;
            _file.ReadExactly(target[..(int)(end - start)]);
            target = target[(int)(end - start)..];
        }
    }

    private void ReadModel()
    {
        var (model, graph) = (new MemoryStream(), new MemoryStream());
        var hasGraph = false;
        while (ReadField(_file.Length) is { } field)
        {
            if (field.Number == GraphField)
            {
                hasGraph = true;
                ReadGraph(field.End, graph);
            }
            else Copy(field, model);
        }
        Model = ModelProto.Parser.ParseFrom(Content(model));
        if (hasGraph) Model.Graph = GraphProto.Parser.ParseFrom(Content(graph));
    }

    private void ReadGraph(long end, MemoryStream graph)
    {
        while (ReadField(end) is { } field)
        {
            if (field.Number == InitializerField && field.End - field.Content > MaxReadBytes)
            {
                _weights.Add(ReadHeader(field.End));
                _weightFields.Add((field.Start, field.End));
            }
            else Copy(field, graph);
        }
    }

    private TensorProto ReadHeader(long end)
    {
        var header = new MemoryStream();
        while (ReadField(end) is { } field)
        {
            if (field.End - field.Content > MaxReadBytes) _file.Position = field.End;
            else Copy(field, header);
        }
        return TensorProto.Parser.ParseFrom(Content(header));
    }

    /// <summary>Reads the tag and, if present, the length of the next field.</summary>
    /// <returns>Number and positions of the field; null at the end of the message. The file is at <c>Content</c>.</returns>
    private (int Number, long Start, long Content, long End)? ReadField(long end)
    {
        var start = _file.Position;
        if (start == end) return null;
        var tag = ReadVarint();
        var content = _file.Position;
        ulong length = (tag & 7) switch
        {
            0 => VarintLength(),
            1 => (ulong)sizeof(ulong),
            2 => ReadVarint(),
            5 => (ulong)sizeof(uint),
            _ => throw InvalidProtocol(),
        };
        if ((tag & 7) == 2) content = _file.Position;
        _file.Position = content;
        return length <= (ulong)Math.Max(0, end - content) ? ((int)(tag >> 3), start, content, content + (long)length) : throw InvalidProtocol();
    }

    private void Copy((int Number, long Start, long Content, long End) field, MemoryStream target)
    {
        var at = (int)target.Length;
        var length = field.End - field.Start;
        if (at + length > Array.MaxLength) throw InvalidProtocol();
        target.SetLength(at + length);
        _file.Position = field.Start;
        _file.ReadExactly(target.GetBuffer().AsSpan(at, (int)length));
    }

    private static ReadOnlySpan<byte> Content(MemoryStream message) => message.GetBuffer().AsSpan(0, (int)message.Length);

    private ulong VarintLength()
    {
        var start = _file.Position;
        _ = ReadVarint();
        return (ulong)(_file.Position - start);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var read = _file.ReadByte();
            if (read < 0) throw InvalidProtocol();
            value |= (ulong)(read & 0x7f) << shift;
            if (read < 0x80) return value;
        }
        throw InvalidProtocol();
    }

    private static EndOfStreamException InvalidProtocol() => new();
}
