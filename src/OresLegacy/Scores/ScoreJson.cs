using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace InferenceServices.OresLegacy.Scores;

/// <summary>Writes models and scores in the layout of ORES: indented by two spaces, with a space before each line break after a comma.</summary>
internal static class ScoreJson
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes wikis with their models.</summary>
    /// <param name="wikis">Versions by wiki and model.</param>
    public static byte[] WriteModels(IEnumerable<KeyValuePair<string, Dictionary<string, string>>> wikis) => Write(writer =>
    {
        foreach (var (wiki, models) in wikis)
        {
            writer.WriteStartObject(wiki);
            WriteVersions(writer, models);
            writer.WriteEndObject();
        }
    });

    /// <summary>Writes scores.</summary>
    /// <param name="scores">The slots.</param>
    /// <param name="versions">Versions of the wiki's models in the table, for slots with an error.</param>
    public static byte[] WriteScores(ScoreSet scores, Dictionary<string, string> versions) => Write(writer =>
    {
        writer.WriteStartObject(scores.Wiki);
        var shown = new Dictionary<string, string>();
        // As ORES: if slots of a model differ in its version, the last one is shown.
        foreach (var (_, model, slot) in scores.Entries) shown[model] = slot.Version ?? versions[model];
        WriteVersions(writer, shown);
        writer.WriteStartObject("scores"u8);
        foreach (var revision in scores.Entries.GroupBy(entry => entry.RevisionId))
        {
            writer.WriteStartObject(revision.Key.ToString(CultureInfo.InvariantCulture));
            foreach (var (_, model, slot) in revision) WriteSlot(writer, model, slot);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void WriteSlot(Utf8JsonWriter writer, string model, Slot slot)
    {
        writer.WriteStartObject(model);
        if (slot.Error is { } error)
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("message"u8, error.Message);
            writer.WriteString("type"u8, error.Type);
            writer.WriteEndObject();
        }
        else
        {
            WriteScore(writer, slot.Score);
        }
        if (slot.Features.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            writer.WritePropertyName("features"u8);
            slot.Features.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static void WriteScore(Utf8JsonWriter writer, JsonElement score)
    {
        writer.WriteStartObject("score"u8);
        writer.WritePropertyName("prediction"u8);
        var prediction = score.GetProperty("prediction"u8);
        // Models of two labels may answer "true" and "false".
        if (prediction.ValueKind == JsonValueKind.String && bool.TryParse(prediction.GetString(), out var value)) writer.WriteBooleanValue(value);
        else prediction.WriteTo(writer);
        writer.WriteStartObject("probability"u8);
        foreach (var label in score.GetProperty("probability"u8).EnumerateObject())
        {
            writer.WritePropertyName(label.Name);
            var number = label.Value.GetRawText();
            // Probabilities have a fraction in ORES, 1.0; clients in Python see a float.
            writer.WriteRawValue(number.AsSpan().ContainsAny(".eE") ? number : number + ".0");
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteVersions(Utf8JsonWriter writer, Dictionary<string, string> models)
    {
        writer.WriteStartObject("models"u8);
        foreach (var (model, version) in models)
        {
            writer.WriteStartObject(model);
            writer.WriteString("version"u8, version);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Layout))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return AddSpaces(json.WrittenSpan);
    }

    // Strings escape line breaks, so a line break is always one of the layout.
    private static byte[] AddSpaces(ReadOnlySpan<byte> json)
    {
        var spaced = new ArrayBufferWriter<byte>(json.Length + (json.Length / 8));
        while (json.IndexOf(",\n"u8) is >= 0 and var comma)
        {
            spaced.Write(json[..(comma + 1)]);
            spaced.Write(" "u8);
            json = json[(comma + 1)..];
        }
        spaced.Write(json);
        return spaced.WrittenSpan.ToArray();
    }
}
