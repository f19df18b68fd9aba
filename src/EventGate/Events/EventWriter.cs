using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Writes an event, most of it copied from the one it answers.</summary>
internal sealed class EventWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;

    public EventWriter(string schema)
    {
        // Nothing of it ends up in a page.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteString("$schema", schema);
    }

    public Utf8JsonWriter Json => _json;

    /// <summary>What is said of the event itself. EventGate sets the time.</summary>
    public void WriteMeta(MediaWikiEvent source, string stream, string id)
    {
        _json.WriteStartObject("meta");
        _json.WriteString("stream", stream);
        _json.WriteString("id", id);
        Copy(source.Meta, EventField.Meta);
        _json.WriteEndObject();
    }

    /// <summary>Those of some members that are there.</summary>
    public void Copy(JsonElement from, IReadOnlyList<EventField> fields)
    {
        foreach (var field in fields) Copy(from, field, field.Name);
    }

    /// <summary>A member, if it is there, under a name of the event's own.</summary>
    public void Copy(JsonElement from, EventField field, string name)
    {
        if (!field.TryFind(from, out var value)) return;
        _json.WritePropertyName(name);
        value.WriteTo(_json);
    }

    /// <summary>A member that has to be there.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another kind.</exception>
    public void CopyRequired(JsonElement from, string text, string name)
    {
        if (from.FindText(text) is null) throw new InvalidInputException($"Missing \"{text}\" in input data.");
        Copy(from, EventField.Text(text), name);
    }

    /// <summary>The labels and their probabilities.</summary>
    public void WritePrediction(ClassificationPrediction prediction, string labels, string probabilities)
    {
        _json.WriteString("model_name", prediction.ModelName);
        _json.WriteString("model_version", prediction.ModelVersion);
        _json.WriteStartArray(labels);
        foreach (var label in prediction.Predictions) _json.WriteStringValue(label);
        _json.WriteEndArray();
        _json.WriteStartObject(probabilities);
        foreach (var (label, probability) in prediction.Probabilities)
        {
            if (double.IsFinite(probability)) _json.WriteNumber(label, probability);
        }
        _json.WriteEndObject();
    }

    public ReadOnlyMemory<byte> Finish()
    {
        _json.WriteEndObject();
        _json.Flush();
        // Not the buffer, which is up to twice as long and would wait with it.
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _json.Dispose();
}
