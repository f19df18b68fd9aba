using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Reads a V1 response as tensors: <c>{"predictions":[…]}</c>, one output without a name, or rows of objects by output name; <c>{"outputs":…}</c>, the same
/// in columns. V1 has no datatypes: all numbers are FP32, also integers, so that the datatype of a response does not depend on
/// its values; strings are BYTES, booleans BOOL.
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
        while (reader.TokenType == JsonTokenType.StartArray && reader.Read()) { }
        return reader.TokenType switch
        {
            JsonTokenType.String => Datatype.Bytes,
            // {"b64":"…"}, the only object that is a value.
            JsonTokenType.StartObject => Datatype.Bytes,
            JsonTokenType.True or JsonTokenType.False => Datatype.Bool,
            _ => Datatype.Fp32,
        };
    }

    /// <summary>An output, read whole or row by row.</summary>
    private sealed class Column(string name, Datatype datatype) : IDisposable
    {
        private readonly TensorBuilder _builder = new(datatype, 16);
        private readonly NestedShape _shape = new($"'{name}'");

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
            TensorJsonReader.Read(ref reader, body, _builder, _shape, $"'{name}'", TensorJsonFormat.PredictorV1);
            Rows++;
        }

        public InferOutput Build() => new(name, _builder.Build(_shape.Complete()));

        public void Dispose() => _builder.Dispose();
    }
}
