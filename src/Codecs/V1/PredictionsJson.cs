using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Reads a V1 response as tensors: <c>{"predictions":[…]}</c>, one output without a name, or rows of objects by output name; <c>{"outputs":…}</c>, the same
/// in columns. V1 has no datatypes: all numbers are FP32, also integers, so that the datatype of a response does not depend on
/// its values; strings are BYTES, booleans BOOL. An output of objects by class, <c>{"p":{"a":0.9,"b":0.1}}</c>, as <c>ZipMap</c> makes, has a row for each
/// object and a column for each class; the classes are not in the tensor.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats.</remarks>
internal static class PredictionsJson
{
    /// <summary>Reads the body of a predictor's response.</summary>
    /// <returns>The outputs, whose tensors the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The body is not a V1 response; the message has the reason.</exception>
    public static List<InferOutput> Read(ReadOnlySpan<byte> body)
    {
        JsonText.RequireUtf8(body);
        var outputs = new List<InferOutput>();
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the response body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var hasTensors = outputs.Count == 0 && (JsonFields.NameIs(ref reader, "predictions"u8) || JsonFields.NameIs(ref reader, "outputs"u8));
                reader.Read();
                if (hasTensors) ReadOutputs(ref reader, body, outputs);
                else reader.Skip();
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
            return outputs.Count > 0 ? outputs : throw new InvalidInputException("the response should have 'predictions'");
        }
        catch (Exception exception)
        {
            foreach (var output in outputs) output.Tensor.Dispose();
            if (exception is JsonException syntax) throw NonFiniteTokens.SyntaxError(body, syntax);
            throw;
        }
    }

    private static void ReadOutputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, List<InferOutput> outputs)
    {
        var first = reader;
        if (reader.TokenType == JsonTokenType.StartObject && !Base64Element.Begins(reader))
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonFields.ReadText(ref reader, "a key");
                reader.Read();
                outputs.Add(ReadWhole(ref reader, body, name));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray && first.Read() && first.TokenType == JsonTokenType.StartObject && !Base64Element.Begins(first))
            ReadRows(ref reader, body, outputs);
        else
            outputs.Add(ReadWhole(ref reader, body, name: ""));
    }

    private static InferOutput ReadWhole(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, string name)
    {
        using var column = new Column(name, DatatypeOf(reader));
        column.Read(ref reader, body);
        return column.Build();
    }

    private static void ReadRows(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, List<InferOutput> outputs)
    {
        var columns = new List<Column>();
        try
        {
            for (var row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; row++)
            {
                if (reader.TokenType != JsonTokenType.StartObject) throw JsonFields.Unexpected($"predictions[{row}]", "an object", reader.TokenType);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = JsonFields.ReadText(ref reader, "a key");
                    reader.Read();
                    var column = columns.Find(known => known.Name == name);
                    if (column is null && row == 0) columns.Add(column = new Column(name, DatatypeOf(reader)).BeginRows());
                    if (column?.Rows != row) throw new InvalidInputException($"predictions[{row}]: '{name}' is not once in every row");
                    column.Read(ref reader, body);
                }
                if (columns.Exists(column => column.Rows == row)) throw new InvalidInputException($"predictions[{row}] lacks a key that other rows have");
            }
            foreach (var column in columns) outputs.Add(column.EndRows().Build());
        }
        finally
        {
            foreach (var column in columns) column.Dispose();
        }
    }

    private static Datatype DatatypeOf(Utf8JsonReader reader)
    {
        while ((reader.TokenType is JsonTokenType.StartArray or JsonTokenType.PropertyName || BeginsMap(reader)) && reader.Read()) { }
        return reader.TokenType switch
        {
            JsonTokenType.String => Datatype.Bytes,
            // {"b64":"…"}, the only object that is a value.
            JsonTokenType.StartObject => Datatype.Bytes,
            JsonTokenType.True or JsonTokenType.False => Datatype.Bool,
            _ => Datatype.Fp32,
        };
    }

    private static bool BeginsMap(Utf8JsonReader reader) => reader.TokenType == JsonTokenType.StartObject && !Base64Element.Begins(reader);

    /// <summary>An output, read whole or row by row.</summary>
    private sealed class Column(string name, Datatype datatype) : IDisposable
    {
        private readonly TensorBuilder _builder = new(datatype, 16);
        private readonly NestedShape _shape = new($"'{name}'");

        // Classes of the first map.
        private List<string>? _keys;

        public string Name => name;

        public int Rows { get; private set; }

        public Column BeginRows()
        {
            _shape.Open();
            return this;
        }

        public Column EndRows()
        {
            _shape.Close();
            return this;
        }

        public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            var first = reader;
            if (BeginsMap(reader)) ReadMap(ref reader, body);
            else if (reader.TokenType == JsonTokenType.StartArray && first.Read() && BeginsMap(first)) ReadMaps(ref reader, body);
            else ReadValue(ref reader, body);
            Rows++;
        }

        public InferOutput Build() => new(name, _builder.Build(_shape.Complete()));

        public void Dispose() => _builder.Dispose();

        private void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
            => TensorJsonReader.Read(ref reader, body, _builder, _shape, $"'{name}'", TensorJsonFormat.PredictorV1);

        private void ReadMaps(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            _shape.Open();
            for (var row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; row++)
            {
                if (!BeginsMap(reader)) throw JsonFields.Unexpected($"'{name}'[{row}]", "an object", reader.TokenType);
                ReadMap(ref reader, body);
            }
            _shape.Close();
        }

        // Servers write the classes in one order, which is that of the tensor.
        private void ReadMap(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            var known = _keys;
            var keys = _keys ??= [];
            _shape.Open();
            for (var index = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; index++)
            {
                if (known is null) keys.Add(JsonFields.ReadText(ref reader, "a key"));
                else if (index >= known.Count || !JsonFields.NameIs(ref reader, known[index])) throw new InvalidInputException($"'{name}': the objects should have the same keys in the same order");
                reader.Read();
                ReadValue(ref reader, body);
            }
            _shape.Close();
        }
    }
}
