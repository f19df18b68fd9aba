using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.ModelServer.Codecs;

/// <summary>A tensor's elements as JSON, flat for V2, nested for V1. Non-finite numbers become <c>null</c>, as KServe's server has it.</summary>
internal static class TensorJsonWriter
{
    /// <summary>All elements in one array.</summary>
    public static void WriteFlat(Utf8JsonWriter writer, Tensor tensor, string name)
    {
        var position = 0;
        _ = tensor.Shape.TryGetElementCount(out var count);
        writer.WriteStartArray();
        WriteValues(writer, tensor, ref position, count, name);
        writer.WriteEndArray();
    }

    /// <summary>Nested as the shape says, from an axis on; a scalar stands alone.</summary>
    /// <param name="writer">Where the value may stand.</param>
    /// <param name="tensor">What to write.</param>
    /// <param name="axis">0 for the whole tensor; 1 for one row of it.</param>
    /// <param name="position">Byte at which the part begins; moved behind it.</param>
    /// <param name="name">The output, for a refusal.</param>
    public static void WriteNested(Utf8JsonWriter writer, Tensor tensor, int axis, ref int position, string name)
    {
        if (axis == tensor.Shape.Rank)
        {
            WriteValues(writer, tensor, ref position, 1, name);
            return;
        }
        writer.WriteStartArray();
        var length = (int)tensor.Shape[axis];
        if (axis == tensor.Shape.Rank - 1)
            WriteValues(writer, tensor, ref position, length, name);
        else
            for (var i = 0; i < length; i++) WriteNested(writer, tensor, axis + 1, ref position, name);
        writer.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter writer, Tensor tensor, ref int position, int count, string name)
    {
        if (tensor.Datatype == Datatype.Bytes)
        {
            for (var i = 0; i < count; i++) WriteString(writer, tensor, ref position, name);
            return;
        }
        if (!tensor.Datatype.HasJsonForm())
        {
            throw new InvalidInputException(
                $"sending {tensor.Datatype.ToWire()} data via JSON is not supported. Please use the binary data format for output '{name}'");
        }
        var bytes = tensor.Bytes.Slice(position, count * tensor.Datatype.SizeBytes());
        position += bytes.Length;
        switch (tensor.Datatype)
        {
            case Datatype.Fp32: foreach (var v in Cast<float>(bytes)) WriteNumber(writer, v); break;
            case Datatype.Fp64: foreach (var v in Cast<double>(bytes)) WriteNumber(writer, v); break;
            case Datatype.Int64: foreach (var v in Cast<long>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Int32: foreach (var v in Cast<int>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Int16: foreach (var v in Cast<short>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Int8: foreach (var v in Cast<sbyte>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Uint64: foreach (var v in Cast<ulong>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Uint32: foreach (var v in Cast<uint>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Uint16: foreach (var v in Cast<ushort>(bytes)) writer.WriteNumberValue(v); break;
            case Datatype.Uint8: foreach (var v in bytes) writer.WriteNumberValue(v); break;
            case Datatype.Bool: foreach (var v in bytes) writer.WriteBooleanValue(v != 0); break;
        }
    }

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(bytes);

    private static void WriteNumber(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }

    private static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }

    private static void WriteString(Utf8JsonWriter writer, Tensor tensor, ref int position, string name)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(tensor.Bytes[position..]);
        var element = tensor.Bytes.Slice(position + sizeof(int), length);
        position += sizeof(int) + length;
        if (!Utf8.IsValid(element))
            throw new InvalidInputException($"output '{name}' has an element that is not UTF-8 text. Please use the binary data format for it");
        writer.WriteStringValue(element);
    }
}
