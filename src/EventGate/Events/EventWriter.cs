using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Writes an event; most members are copied from the source event.</summary>
internal sealed class EventWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;

    public EventWriter(string schema)
    {
        // The JSON is never embedded in HTML.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteString("$schema", schema);
    }

    public Utf8JsonWriter Json => _json;

    /// <summary>Writes <c>meta</c>. EventGate sets the time.</summary>
    public void WriteMeta(MediaWikiEvent source, string stream, string id)
    {
        _json.WriteStartObject("meta");
        _json.WriteString("stream", stream);
        _json.WriteString("id", id);
        Copy(source.Meta, EventField.Meta);
        _json.WriteEndObject();
    }

    /// <summary>Copies the members that exist.</summary>
    public void Copy(JsonElement from, IReadOnlyList<EventField> fields)
    {
        foreach (var field in fields) Copy(from, field, field.Name);
    }

    /// <summary>Copies a member, if it exists, under another name.</summary>
    public void Copy(JsonElement from, EventField field, string name)
    {
        if (!field.TryFind(from, out var value)) return;
        _json.WritePropertyName(name);
        value.WriteTo(_json);
    }

    /// <summary>Copies a required string member.</summary>
    /// <exception cref="InvalidInputException">The member is missing or not a string.</exception>
    public void CopyRequired(JsonElement from, string field, string name)
    {
        if (from.FindString(field) is null) throw new InvalidInputException($"Missing \"{field}\" in input data.");
        Copy(from, EventField.String(field), name);
    }

    /// <summary>Writes model, labels and probabilities.</summary>
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
        // A copy: the buffer is up to twice as large and would stay in the outbox.
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _json.Dispose();
}
