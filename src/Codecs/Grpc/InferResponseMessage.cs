using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>A <c>ModelInferResponse</c> to write, in raw or typed contents, from the memory of its tensors.</summary>
/// <remarks>Field numbers of inference.proto, protobuf wire format.</remarks>
internal sealed class InferResponseMessage : IWireMessage
{
    private readonly InferResponse? _response;
    private readonly IReadOnlyList<InferOutput> _outputs;
    private readonly string _id;
    private readonly bool _raw;

    /// <summary>Creates the message of a failed request: its id.</summary>
    public InferResponseMessage(string id)
    {
        (_id, _outputs) = (id, []);
        Size = SizeOfMessage();
    }

    /// <summary>Creates the message of a response.</summary>
    /// <param name="response">The response. The message takes ownership.</param>
    /// <param name="id">Id of the request.</param>
    /// <param name="raw">Whether to use raw contents. If an output has no typed form, all outputs are raw.</param>
    public InferResponseMessage(InferResponse response, string id, bool raw)
    {
        (_response, _outputs, _id, _raw) = (response, response.Outputs, id, raw);
        for (var i = 0; i < _outputs.Count; i++) _raw |= TensorContents.FieldOf(_outputs[i].Tensor.Datatype) == 0;
        Size = SizeOfMessage();
    }

    /// <summary>Gets the size of the message in bytes.</summary>
    public long Size { get; }

    /// <summary>Writes the message.</summary>
    public void WriteTo(ref WireWriter writer)
    {
        writer.WriteField(1, _response?.ModelName ?? "");
        writer.WriteField(2, _response?.ModelVersion ?? "");
        writer.WriteField(3, _id);
        WriteParameters(ref writer, _response?.Parameters);
        for (var i = 0; i < _outputs.Count; i++) Write(ref writer, _outputs[i]);
        for (var i = 0; _raw && i < _outputs.Count; i++) writer.WriteField(6, _outputs[i].Tensor.Bytes);
    }

    /// <summary>Releases the tensors.</summary>
    public void Dispose() => _response?.Dispose();

    private long SizeOfMessage()
    {
        var size = WireWriter.SizeOfField(_id);
        if (_response is null) return size;
        size += WireWriter.SizeOfField(_response.ModelName) + WireWriter.SizeOfField(_response.ModelVersion ?? "") + SizeOf(_response.Parameters);
        for (var i = 0; i < _outputs.Count; i++)
        {
            size += WireWriter.SizeOfField(SizeOf(_outputs[i]));
            if (_raw) size += WireWriter.SizeOfField(_outputs[i].Tensor.Bytes.Length);
        }
        return size;
    }

    private long SizeOf(InferOutput output)
    {
        var axes = SizeOfAxes(output.Tensor.Shape);
        return WireWriter.SizeOfField(output.Name)
            + WireWriter.SizeOfField(output.Tensor.Datatype.ToWire())
            + (axes > 0 ? WireWriter.SizeOfField(axes) : 0)
            + SizeOf(output.Parameters)
            + (_raw ? 0 : WireWriter.SizeOfField(TensorContentsWriter.SizeOf(output.Tensor)));
    }

    private void Write(ref WireWriter writer, InferOutput output)
    {
        writer.WriteLength(5, SizeOf(output));
        writer.WriteField(1, output.Name);
        writer.WriteField(2, output.Tensor.Datatype.ToWire());
        if (output.Tensor.Shape.Rank > 0) writer.WriteLength(3, SizeOfAxes(output.Tensor.Shape));
        foreach (var axis in output.Tensor.Shape.AsSpan()) writer.WriteVarint((ulong)axis);
        WriteParameters(ref writer, output.Parameters);
        if (_raw) return;
        writer.WriteLength(5, TensorContentsWriter.SizeOf(output.Tensor));
        TensorContentsWriter.Write(ref writer, output.Tensor);
    }

    private static long SizeOfAxes(Shape shape)
    {
        var size = 0L;
        foreach (var axis in shape.AsSpan()) size += WireWriter.SizeOf((ulong)axis);
        return size;
    }

    private static long SizeOf(IReadOnlyDictionary<string, InferParameter>? parameters)
    {
        if (parameters is null) return 0;
        var size = 0L;
        foreach (var (name, value) in parameters) size += WireWriter.SizeOfField(SizeOfEntry(name, value));
        return size;
    }

    private static void WriteParameters(ref WireWriter writer, IReadOnlyDictionary<string, InferParameter>? parameters)
    {
        if (parameters is null) return;
        foreach (var (name, value) in parameters)
        {
            writer.WriteLength(4, SizeOfEntry(name, value));
            writer.WriteField(1, name);
            writer.WriteLength(2, SizeOf(value));
            Write(ref writer, value);
        }
    }

    private static long SizeOfEntry(string name, InferParameter value) => WireWriter.SizeOfField(name) + WireWriter.SizeOfField(SizeOf(value));

    // A tag and the value; an empty string is written too, because the field says which kind of value the parameter has.
    private static long SizeOf(InferParameter value)
        => value.StringValue is { Length: 0 } ? WireWriter.SizeOfField(0)
            : value.StringValue is { } text ? WireWriter.SizeOfField(text)
            : value.BoolValue is not null ? 2
            : value.Int64Value is { } integer ? 1 + WireWriter.SizeOf((ulong)integer)
            : 1 + sizeof(double);

    private static void Write(ref WireWriter writer, InferParameter value)
    {
        if (value.StringValue is { Length: 0 }) writer.WriteLength(3, 0);
        else if (value.StringValue is { } text) writer.WriteField(3, text);
        else if (value.BoolValue is { } flag) WriteVarint(ref writer, 1, flag ? 1u : 0u);
        else if (value.Int64Value is { } integer) WriteVarint(ref writer, 2, (ulong)integer);
        else
        {
            writer.WriteTag(4, WireType.Fixed64);
            writer.WriteFixed64(value.DoubleValue ?? 0);
        }
    }

    private static void WriteVarint(ref WireWriter writer, uint field, ulong value)
    {
        writer.WriteTag(field, WireType.Varint);
        writer.WriteVarint(value);
    }
}
