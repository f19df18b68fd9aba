using System.Globalization;
using System.Numerics;
using System.Text.Json;
using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Revscoring;

/// <summary>Writes data of a pickle as JSON: revscoring's description of a model.</summary>
/// <remarks>Objects can contain each other many times, or themselves, so depth and number of values are limited.</remarks>
internal sealed class InfoJson
{
    private const int MostDepth = 32;
    private const int MostValues = 200_000;

    private readonly Utf8JsonWriter _writer;
    private int _values;

    private InfoJson(Utf8JsonWriter writer) => _writer = writer;

    /// <summary>Writes a value.</summary>
    /// <exception cref="PickleException">The data has too many values or is too deep.</exception>
    public static void Write(Utf8JsonWriter writer, PickleField value) => new InfoJson(writer).Write(value.Value, 0);

    private void Write(object? value, int depth)
    {
        if (++_values > MostValues) throw new PickleException($"info has more than {MostValues} values");
        if (depth > MostDepth) throw new PickleException($"info is deeper than {MostDepth}");
        switch (value)
        {
            case null: _writer.WriteNullValue(); break;
            case bool flag: _writer.WriteBooleanValue(flag); break;
            case long number: _writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): _writer.WriteNumberValue(number); break;
            // JSON has no infinity.
            case double: _writer.WriteNullValue(); break;
            case BigInteger number: _writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case string text: _writer.WriteStringValue(text); break;
            case PickleClass type: _writer.WriteStringValue(type.ToString()); break;
            case PickleSequence sequence: WriteArray(sequence.Items, depth); break;
            case PickleMap map: WriteObject(map, depth); break;
            case PickleInstance instance: WriteInstance(instance, depth); break;
            default: _writer.WriteNullValue(); break;
        }
    }

    private void WriteInstance(PickleInstance instance, int depth)
    {
        var field = new PickleField(instance, "info");
        if (NdArray.TryRead(field) is { } array) WriteNumbers(array, depth);
        else if (instance.Entries is { } entries) WriteObject(entries, depth);
        else if (instance.Items is { } items) WriteArray(items.Items, depth);
        // Info and environment of revscoring are dicts in an attribute.
        else if (field.Find("_data") is { IsNone: false } data) Write(data.Value, depth + 1);
        else if (instance.State is PickleMap state) WriteObject(state, depth);
        else _writer.WriteStringValue(instance.Type.ToString());
    }

    private void WriteNumbers(NdArray array, int depth)
    {
        if (array.Shape.Length == 0)
        {
            Write(array.Scalar(0), depth + 1);
            return;
        }
        _writer.WriteStartArray();
        for (var index = 0; index < array.Count; index++) Write(array.Scalar(index), depth + 1);
        _writer.WriteEndArray();
    }

    private void WriteArray(List<object?> items, int depth)
    {
        _writer.WriteStartArray();
        foreach (var item in items) Write(item, depth + 1);
        _writer.WriteEndArray();
    }

    private void WriteObject(PickleMap map, int depth)
    {
        _writer.WriteStartObject();
        foreach (var (key, value) in map.Entries)
        {
            _writer.WritePropertyName(key switch
            {
                null => "null",
                bool flag => flag ? "true" : "false",
                string text => text,
                long or double => FormattableString.Invariant($"{key}"),
                _ => throw new PickleException($"info has {new PickleField(key, "").Kind} as a key"),
            });
            Write(value, depth + 1);
        }
        _writer.WriteEndObject();
    }
}
