using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs;

/// <summary>Writes the elements of a tensor as JSON, flat for V2, nested for V1.</summary>
/// <param name="writer">Writer, positioned at a value.</param>
/// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
internal readonly struct TensorJsonWriter(Utf8JsonWriter writer, TensorJsonFormat format)
{
    private const int MaxRunBytes = 4096;

    /// <summary>Writes all elements in one array.</summary>
    public void WriteFlat(Tensor tensor, string name)
    {
        var position = 0;
        _ = tensor.Shape.TryGetElementCount(out var count);
        writer.WriteStartArray();
        WriteValues(tensor, ref position, count, name);
        writer.WriteEndArray();
    }

    /// <summary>Writes elements nested by the shape, starting at an axis; a scalar is a single value.</summary>
    /// <param name="named">Tensor.</param>
    /// <param name="axis">First axis to write: 0 for the whole tensor, 1 for one row.</param>
    /// <param name="position">Byte offset of the part; afterwards the offset of its end.</param>
    public void WriteNested(NamedTensor named, int axis, ref int position)
    {
        var tensor = named.Tensor;
        if (axis == tensor.Shape.Rank)
        {
            WriteValues(tensor, ref position, 1, named.Name);
            return;
        }
        var length = (int)tensor.Shape[axis];
        if (axis == tensor.Shape.Rank - 1 && named.Keys?.Count == length)
        {
            WriteByKey(named, ref position);
            return;
        }
        writer.WriteStartArray();
        if (axis == tensor.Shape.Rank - 1)
            WriteValues(tensor, ref position, length, named.Name);
        else
            for (var i = 0; i < length; i++) WriteNested(named, axis + 1, ref position);
        writer.WriteEndArray();
    }

    private void WriteByKey(NamedTensor named, ref int position)
    {
        writer.WriteStartObject();
        for (var i = 0; i < named.Keys!.Count; i++)
        {
            writer.WritePropertyName(named.Keys[i]);
            WriteValues(named.Tensor, ref position, 1, named.Name);
        }
        writer.WriteEndObject();
    }

    private void WriteValues(Tensor tensor, ref int position, int count, string name)
    {
        if (tensor.Datatype == Datatype.Bytes)
        {
            for (var i = 0; i < count; i++) WriteString(tensor, ref position, name);
            return;
        }
        var bytes = tensor.Bytes.Slice(position, count * tensor.Datatype.SizeBytes());
        position += bytes.Length;
        switch (tensor.Datatype)
        {
            case Datatype.Fp32: WriteNumbers(Cast<float>(bytes), name); break;
            case Datatype.Fp16: WriteNumbers(Cast<Half>(bytes), name); break;
            case Datatype.Bf16: WriteNumbers(Cast<ushort>(bytes), name); break;
            case Datatype.Fp64: foreach (var v in Cast<double>(bytes)) WriteNumber(v, name); break;
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

    private void WriteNumbers<T>(ReadOnlySpan<T> values, string name)
        where T : unmanaged, INumberBase<T>
    {
        Span<byte> text = stackalloc byte[Math.Min(values.Length * (FloatText.MaxLength + 1), MaxRunBytes)];
        var length = 0;
        foreach (var value in values)
        {
            var number = ToSingle(value);
            if (!float.IsFinite(number) || length > text.Length - FloatText.MaxLength - 1) Flush(text, ref length);
            if (!float.IsFinite(number))
            {
                WriteNonFinite(number, name);
                continue;
            }
            if (length > 0) text[length++] = (byte)',';
            length += FloatText.Write(number, text[length..]);
        }
        Flush(text, ref length);
    }

    // An FP32, an FP16 or the bits of a BF16.
    private static float ToSingle<T>(T value)
        where T : unmanaged, INumberBase<T>
        => typeof(T) == typeof(ushort) ? BFloat16Bits.ToSingle(ushort.CreateTruncating(value)) : float.CreateTruncating(value);

    // Several values at once: the writer adds a comma before the first.
    private void Flush(ReadOnlySpan<byte> text, ref int length)
    {
        if (length > 0) writer.WriteRawValue(text[..length], skipInputValidation: true);
        length = 0;
    }

    private void WriteNumber(double value, string name)
    {
        // See FloatText.
        if (value == 0 && double.IsNegative(value)) writer.WriteRawValue("-0.0"u8, skipInputValidation: true);
        else if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else WriteNonFinite(value, name);
    }

    private void WriteNonFinite(double value, string name)
    {
        if (format.NonFinite == NonFiniteNumbers.Null) writer.WriteNullValue();
        else if (format.NonFinite == NonFiniteNumbers.Error)
            throw new InvalidInputException($"output '{name}' has NaN or an infinity, which JSON does not have. Please use the binary data format for it");
        else writer.WriteRawValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8, skipInputValidation: true);
    }

    private void WriteString(Tensor tensor, ref int position, string name)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(tensor.Bytes[position..]);
        var element = tensor.Bytes.Slice(position + sizeof(int), length);
        position += sizeof(int) + length;
        if (Utf8.IsValid(element)) writer.WriteStringValue(element);
        else if (format.Base64) Base64Element.Write(writer, element);
        else
            throw new InvalidInputException($"output '{name}' has an element that is not UTF-8 text. Please use the binary data format for it");
    }
}
