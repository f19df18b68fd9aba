using System.Text.Json;

namespace InferenceServices.FastText;

/// <summary>Reads and writes <c>tokenizer.json</c>. Hand-written, because the first use of the serializer adds about 25 ms to a cold start.</summary>
internal static class FastTextSettingsJson
{
    private const int Missing = -1;

    public static FastTextTokenizerSettings Read(ReadOnlySpan<byte> json)
    {
        var settings = new FastTextTokenizerSettings { Minn = Missing, Maxn = Missing, Bucket = Missing, WordNgrams = Missing, Words = Missing, Labels = Missing };
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new InvalidDataException($"{FastTextFiles.Tokenizer}: not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                settings = With(settings, name, ref reader);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{FastTextFiles.Tokenizer}: not the expected JSON", error);
        }
        return settings;
    }

    public static void Write(Stream destination, FastTextTokenizerSettings settings)
    {
        using var writer = new Utf8JsonWriter(destination, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("minn", settings.Minn);
        writer.WriteNumber("maxn", settings.Maxn);
        writer.WriteNumber("bucket", settings.Bucket);
        writer.WriteNumber("wordNgrams", settings.WordNgrams);
        writer.WriteString("labelPrefix", settings.LabelPrefix);
        writer.WriteNumber("words", settings.Words);
        writer.WriteNumber("labels", settings.Labels);
        if (settings.Buckets is { } buckets)
            writer.WriteNumber("buckets", buckets);
        writer.WriteEndObject();
    }

    private static FastTextTokenizerSettings With(FastTextTokenizerSettings settings, string? name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "minn": return settings with { Minn = reader.GetInt32() };
            case "maxn": return settings with { Maxn = reader.GetInt32() };
            case "bucket": return settings with { Bucket = reader.GetInt32() };
            case "wordNgrams": return settings with { WordNgrams = reader.GetInt32() };
            case "labelPrefix": return settings with { LabelPrefix = reader.GetString() ?? "" };
            case "words": return settings with { Words = reader.GetInt32() };
            case "labels": return settings with { Labels = reader.GetInt32() };
            case "buckets": return settings with { Buckets = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32() };
            default:
                reader.Skip();
                return settings;
        }
    }
}
