using System.Buffers;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>
/// Reads a <c>ModelInferRequest</c> from the wire: contents are copied once, into the memory of the tensors. Repeated occurrences of a field are merged
/// as in proto3: the last scalar wins, lists are concatenated, messages are merged. Unknown fields are skipped.
/// </summary>
/// <remarks>Field numbers of inference.proto, protobuf wire format.</remarks>
internal ref struct InferRequestReader
{
    private const int MaxFields = 16_384;
    private const int MaxAxes = 32;

    // An input with its name, datatype and shape.
    private const int BytesPerField = 256;

    // The string of ONNX Runtime, and that of an output.
    private const int BytesPerText = 160;

    private readonly InferRequestMessage _message;
    private readonly IWorkAccount _account;
    private WireReader _wire;
    private int _fields;
    private long _texts;

    private InferRequestReader(ReadOnlySequence<byte> bytes, InferRequestMessage message, IWorkAccount account)
    {
        _wire = new WireReader(bytes);
        (_message, _account) = (message, account);
    }

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The serialized message.</param>
    /// <param name="account">Counts the memory of the request, before it is allocated.</param>
    /// <returns>The message, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The bytes are not a message, or it has too many fields or axes: 400.</exception>
    public static InferRequestMessage Read(ReadOnlySequence<byte> bytes, IWorkAccount account)
    {
        // Raw contents or names, and outputs of the same size.
        account.ReserveWork(2 * bytes.Length);
        var message = new InferRequestMessage();
        try
        {
            var reader = new InferRequestReader(bytes, message, account);
            reader.ReadRequest();
            account.ReserveWork((reader._fields * BytesPerField) + (reader._texts * BytesPerText));
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private void ReadRequest()
    {
        while (TryReadField(out var tag))
        {
            switch (tag)
            {
                case (1 << WireType.Bits) | WireType.Length: _message.ModelName = _wire.ReadString(); break;
                case (2 << WireType.Bits) | WireType.Length: _message.ModelVersion = _wire.ReadString(); break;
                case (3 << WireType.Bits) | WireType.Length: _message.Id = _wire.ReadString(); break;
                case (4 << WireType.Bits) | WireType.Length: ReadParameter(_message.Parameters ??= NewParameters()); break;
                case (5 << WireType.Bits) | WireType.Length: ReadInput(); break;
                case (6 << WireType.Bits) | WireType.Length: ReadOutput(); break;
                case (7 << WireType.Bits) | WireType.Length: ReadRawContents(); break;
                default: _wire.Skip(tag); break;
            }
        }
    }

    private void ReadInput()
    {
        var outer = _wire.Enter();
        var input = new InputMessage();
        _message.Inputs.Add(input);
        Span<long> axes = stackalloc long[MaxAxes];
        var rank = 0;
        while (TryReadField(out var tag))
        {
            switch (tag)
            {
                case (1 << WireType.Bits) | WireType.Length: input.Name = _wire.ReadString(); break;
                case (2 << WireType.Bits) | WireType.Length: input.Datatype = _wire.ReadString(); break;
                case (3 << WireType.Bits) | WireType.Varint: ReadAxis(axes, ref rank); break;
                case (3 << WireType.Bits) | WireType.Length: ReadAxes(axes, ref rank); break;
                case (4 << WireType.Bits) | WireType.Length: ReadParameter(input.Parameters ??= NewParameters()); break;
                case (5 << WireType.Bits) | WireType.Length: ReadContents(input.Contents ??= new TensorContents()); break;
                default: _wire.Skip(tag); break;
            }
        }
        input.Shape = new Shape(axes[..rank].ToArray());
        _wire.Leave(outer);
    }

    private void ReadAxes(scoped Span<long> axes, ref int rank)
    {
        var outer = _wire.Enter();
        for (var count = _wire.CountVarints(); count > 0; count--) ReadAxis(axes, ref rank);
        _wire.Leave(outer);
    }

    private void ReadAxis(scoped Span<long> axes, ref int rank)
    {
        if (rank == axes.Length) throw new InvalidInputException($"inputs[{_message.Inputs.Count - 1}].shape should have at most {MaxAxes} axes");
        axes[rank++] = (long)_wire.ReadVarint();
    }

    private void ReadContents(TensorContents contents)
    {
        var outer = _wire.Enter();
        var texts = contents.Texts;
        CountFields(contents.Read(ref _wire, _account));
        _texts += contents.Texts - texts;
        _wire.Leave(outer);
    }

    private void ReadOutput()
    {
        var outer = _wire.Enter();
        var (name, parameters) = ("", default(Dictionary<string, InferParameter>));
        while (TryReadField(out var tag))
        {
            switch (tag)
            {
                case (1 << WireType.Bits) | WireType.Length: name = _wire.ReadString(); break;
                case (2 << WireType.Bits) | WireType.Length: ReadParameter(parameters ??= NewParameters()); break;
                default: _wire.Skip(tag); break;
            }
        }
        (_message.Outputs ??= []).Add((name, parameters));
        _wire.Leave(outer);
    }

    private void ReadRawContents()
    {
        var length = _wire.ReadLength();
        var block = AlignedMemory.Rent(length);
        (_message.RawContents ??= []).Add((block, length));
        _wire.ReadBytes(block.GetSpan()[..length]);
    }

    // An entry of a map: the last entry of a name wins.
    private void ReadParameter(Dictionary<string, InferParameter> parameters)
    {
        var outer = _wire.Enter();
        var (name, value) = ("", default(InferParameter));
        while (TryReadField(out var tag))
        {
            switch (tag)
            {
                case (1 << WireType.Bits) | WireType.Length: name = _wire.ReadString(); break;
                case (2 << WireType.Bits) | WireType.Length: value = ReadParameterChoice(); break;
                default: _wire.Skip(tag); break;
            }
        }
        parameters[name] = value;
        _wire.Leave(outer);
    }

    private InferParameter ReadParameterChoice()
    {
        var outer = _wire.Enter();
        var value = default(InferParameter);
        while (TryReadField(out var tag))
        {
            switch (tag)
            {
                case (1 << WireType.Bits) | WireType.Varint: value = InferParameter.Of(_wire.ReadVarint() != 0); break;
                case (2 << WireType.Bits) | WireType.Varint: value = InferParameter.Of((long)_wire.ReadVarint()); break;
                case (3 << WireType.Bits) | WireType.Length: value = InferParameter.Of(_wire.ReadString()); break;
                case (4 << WireType.Bits) | WireType.Fixed64: value = InferParameter.Of(BitConverter.Int64BitsToDouble(_wire.ReadFixed64())); break;
                case (5 << WireType.Bits) | WireType.Varint: value = Unsigned(_wire.ReadVarint()); break;
                default: _wire.Skip(tag); break;
            }
        }
        _wire.Leave(outer);
        return value;
    }

    private bool TryReadField(out uint tag)
    {
        if (!_wire.TryReadTag(out tag)) return false;
        CountFields(1);
        return true;
    }

    private void CountFields(int count)
    {
        _fields += count;
        if (_fields > MaxFields) throw new InvalidInputException($"the message should have at most {MaxFields} inputs, outputs, parameters and other fields");
    }

    private static InferParameter Unsigned(ulong value) => value <= long.MaxValue ? InferParameter.Of((long)value) : InferParameter.Of((double)value);

    private static Dictionary<string, InferParameter> NewParameters() => new(StringComparer.Ordinal);
}
