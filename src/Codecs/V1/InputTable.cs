using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Reads rows of named values: a list of objects, or of lists of objects. An object is one row, or several if its values
/// are lists: <c>[{"a":1,"b":2}]</c>, <c>[{"a":[1,3],"b":[2,4]}]</c>, <c>[[{"a":1,"b":2},{"a":3,"b":4}]]</c>.
/// </summary>
/// <param name="model">Metadata with the inputs.</param>
/// <param name="key"><c>instances</c> or <c>inputs</c>, for error messages.</param>
/// <param name="format">Representation of elements that JSON does not support.</param>
/// <param name="mayLack">Whether an absent number is a missing value, NaN, instead of an error.</param>
/// <remarks>TensorFlow Serving, "row format"; KServe's <c>get_predict_input</c>, which passes each element to <c>pandas.DataFrame</c>.</remarks>
internal sealed class InputTable(ModelMetadata model, string key, TensorJsonFormat format, bool mayLack)
{
    // About the number of nulls in a body of the default limit: a short list in one column must not allocate much memory for the other columns.
    private const int MaxMissing = 1 << 24;

    private readonly TableColumn[] _columns = [.. model.RequiredInputs.Select(input => new TableColumn(input, key))];
    private int _object;
    private int _outer;
    private int? _inner;
    private int _missing;

    private string Where => _inner is { } inner ? $"{key}[{_outer}][{inner}]" : $"{key}[{_outer}]";

    /// <summary>Returns whether the current list of the reader is a table.</summary>
    public static bool Begins(Utf8JsonReader reader, ModelMetadata model)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray) reader.Read();
        return reader.TokenType == JsonTokenType.StartObject && !InstancesJson.IsElement(reader, model);
    }

    /// <summary>Reads the current list of the reader.</summary>
    /// <param name="reader">Reader at the first token of the list; at its last token afterwards.</param>
    /// <param name="body">The text that the reader reads.</param>
    public List<InferInput> Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        try
        {
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; _outer++)
            {
                if (reader.TokenType == JsonTokenType.StartArray) ReadList(ref reader, body);
                else ReadObject(ref reader, body);
            }
            if (_columns.Length == 0 && _object != 1) throw new InvalidInputException($"{key} should be [{{}}]: model '{model.Name}' needs no inputs");
            return [.. _columns.Select(column => column.Build())];
        }
        finally
        {
            foreach (var column in _columns) column.Dispose();
        }
    }

    private void ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        for (_inner = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; _inner++) ReadObject(ref reader, body);
        _inner = null;
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidInputException($"{Where} should be an object like the first, got {JsonText.Name(reader.TokenType)}");
        _object++;
        int? rows = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = Find(ref reader) ?? throw new InvalidInputException(
                $"{Where}: unexpected inference input '{JsonFields.ReadText(ref reader, "a key")}' for model '{model.Name}'. Expected {InstancesJson.NamesOf(model.Inputs)}");
            if (column.LastObject == _object) throw new InvalidInputException($"{Where}: input '{column.Input.Name}' is there twice");
            column.LastObject = _object;
            reader.Read();
            var read = column.Read(ref reader, body, format);
            rows ??= read;
            if (read != rows) throw new InvalidInputException($"{Where}: input '{column.Input.Name}' has {read} values where another has {rows}");
        }
        foreach (var column in _columns)
        {
            if (column.LastObject == _object) continue;
            if (rows > MaxMissing - _missing) throw new InvalidInputException($"{Where}: the table lacks more than {MaxMissing} values");
            if (!mayLack || rows is null || !column.TryAppendMissing(rows.Value))
                throw new InvalidInputException($"{Where} lacks input '{column.Input.Name}' of model '{model.Name}'");
            _missing += rows.Value;
        }
    }

    private TableColumn? Find(ref Utf8JsonReader reader)
    {
        foreach (var column in _columns)
            if (JsonFields.NameIs(ref reader, column.Input.Name)) return column;
        return null;
    }
}
