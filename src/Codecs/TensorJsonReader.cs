using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Codecs;

/// <summary>Reads JSON values, single or in nested arrays, into a tensor in one pass.</summary>
internal static class TensorJsonReader
{
    /// <summary>Reads the current value of the reader.</summary>
    /// <param name="reader">Reader at the first token of the value; at its last token afterwards.</param>
    /// <param name="text">The text that the reader reads.</param>
    /// <param name="builder">Receives the values in row-major order; has the datatype.</param>
    /// <param name="shape">Receives the nesting; null for one value or a flat array.</param>
    /// <param name="name">Name of the tensor for error messages.</param>
    /// <param name="format">Representation of elements that JSON does not support.</param>
    /// <exception cref="InvalidInputException">A value has the wrong kind or is out of range, or an array is ragged: 400.</exception>
    public static void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, TensorBuilder builder, NestedShape? shape, string name, TensorJsonFormat format)
    {
        var depth = 0;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    if (shape is null && depth == 1) throw new InvalidInputException($"{name} should be rectangular: found an array where a value was expected");
                    depth++;
                    shape?.Open();
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    shape?.Close();
                    break;
                default:
                    var before = builder.Count;
                    // Values mostly occur in runs, which need one update of the shape.
                    var more = ReadRun(ref reader, text, builder, depth, name, format);
                    shape?.AddValues(builder.Count - before);
                    if (more) continue;
                    break;
            }
            if (depth == 0) return;
            reader.Read();
        }
        while (true);
    }

    // Returns true when the reader is already on the token after the run.
    private static bool ReadRun(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, TensorBuilder builder, int depth, string name, TensorJsonFormat format)
    {
        do
        {
            if (!TryReadValue(ref reader, builder, name, format)) throw Wrong(ref reader, builder, name);
            if (depth == 0) return false;
            if (reader.TokenType == JsonTokenType.Number && NumberRun.Supports(builder.Datatype)) ReadNumbers(ref reader, text, builder);
            reader.Read();
        }
        while (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray));
        return true;
    }

    // Continues the reader behind numbers that were read without it. The state of a reader behind one number of an array is that behind another.
    private static void ReadNumbers(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, TensorBuilder builder)
    {
        if (!text.Overlaps(reader.ValueSpan, out var start)) return;
        var rest = text[(start + reader.ValueSpan.Length)..];
        var length = NumberRun.Read(rest, builder);
        if (length > 0) reader = new Utf8JsonReader(rest[length..], isFinalBlock: true, reader.CurrentState);
    }

    private static bool TryReadValue(ref Utf8JsonReader reader, TensorBuilder builder, string name, TensorJsonFormat format)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return TryReadNumber(ref reader, builder);
            case JsonTokenType.True or JsonTokenType.False when builder.Datatype == Datatype.Bool:
                builder.Append(reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0);
                return true;
            case JsonTokenType.String when builder.Datatype == Datatype.Bytes:
                return TryReadString(ref reader, builder);
            case JsonTokenType.String when format.NonFinite == NonFiniteNumbers.Literal:
                return NonFiniteTokens.TryRead(reader.ValueSpan, out var value) && TryAppendFloat(builder, value);
            case JsonTokenType.Null when format.NonFinite == NonFiniteNumbers.Null:
                return TryAppendFloat(builder, double.NaN);
            case JsonTokenType.StartObject when format.Base64 && builder.Datatype == Datatype.Bytes:
                Base64Element.Read(ref reader, builder, name);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Adds an element of a floating-point datatype, rounded to the nearest.</summary>
    /// <returns>False if the datatype is another.</returns>
    public static bool TryAppendFloat(TensorBuilder builder, double value)
    {
        switch (builder.Datatype)
        {
            case Datatype.Fp16: builder.Append((Half)value); return true;
            case Datatype.Bf16: builder.Append(BFloat16Bits.Of(value)); return true;
            case Datatype.Fp32: builder.Append((float)value); return true;
            case Datatype.Fp64: builder.Append(value); return true;
            default: return false;
        }
    }

    private static bool TryReadNumber(ref Utf8JsonReader reader, TensorBuilder builder)
    {
        switch (builder.Datatype)
        {
            // Via FP64, like the parsers of Python and Triton: the same text gives the same FP32.
            case Datatype.Fp32 when TryReadDouble(ref reader, out var v) && float.IsFinite((float)v): builder.Append((float)v); return true;
            case Datatype.Fp64 when TryReadDouble(ref reader, out var v) && double.IsFinite(v): builder.Append(v); return true;
            case Datatype.Fp16 when TryReadDouble(ref reader, out var v) && Half.IsFinite((Half)v): builder.Append((Half)v); return true;
            case Datatype.Bf16 when TryReadDouble(ref reader, out var v) && float.IsFinite(BFloat16Bits.ToSingle(BFloat16Bits.Of(v))): builder.Append(BFloat16Bits.Of(v)); return true;
            case Datatype.Int64 when reader.TryGetInt64(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Int32 when reader.TryGetInt32(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Int16 when reader.TryGetInt16(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Int8 when reader.TryGetSByte(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Uint64 when reader.TryGetUInt64(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Uint32 when reader.TryGetUInt32(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Uint16 when reader.TryGetUInt16(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            case Datatype.Uint8 when reader.TryGetByte(out var v) || JsonInteger.TryRead(reader.ValueSpan, out v): builder.Append(v); return true;
            default: return false;
        }
    }

    private static bool TryReadDouble(ref Utf8JsonReader reader, out double value)
        => JsonNumber.TryRead(reader.ValueSpan, out value) || reader.TryGetDouble(out value);

    private static bool TryReadString(ref Utf8JsonReader reader, TensorBuilder builder)
    {
        try
        {
            // Unescaping never makes text longer.
            var length = reader.CopyString(builder.ReserveBytes(reader.ValueSpan.Length));
            builder.CommitBytes(length);
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escape of an unpaired surrogate is valid JSON, but not valid text.
            return false;
        }
    }

    private static InvalidInputException Wrong(ref Utf8JsonReader reader, TensorBuilder builder, string name)
    {
        // The text of the error shortens it; the number may have millions of digits.
        var got = reader.TokenType == JsonTokenType.Number
            ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, ShortText.MaxLength + 1)])
            : JsonText.Name(reader.TokenType);
        var datatype = builder.Datatype;
        if (datatype is Datatype.Fp16 or Datatype.Bf16 or Datatype.Fp32 or Datatype.Fp64 && reader.TokenType == JsonTokenType.String && NonFiniteTokens.TryRead(reader.ValueSpan, out var value))
            got = FormattableString.Invariant($"\"{value}\", which is taken only with --json_nonfinite=literal");
        return new InvalidInputException($"{name}: value {builder.Count} should be {datatype.ToWire()}, got {got}");
    }
}
