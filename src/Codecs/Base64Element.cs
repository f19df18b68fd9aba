using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Codecs;

/// <summary>A BYTES element that may not be text, as <c>{"b64":"…"}</c>.</summary>
/// <remarks>TensorFlow Serving, RESTful API, "Encoding binary values".</remarks>
internal static class Base64Element
{
    private static ReadOnlySpan<byte> Key => "b64"u8;

    /// <summary>Returns whether the current object of the reader starts like a base64 element.</summary>
    public static bool Begins(Utf8JsonReader reader)
        => reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && JsonFields.NameIs(ref reader, Key);

    /// <summary>Reads the current object of the reader, up to its end.</summary>
    /// <exception cref="InvalidInputException">Another key, a value that is not a string, or invalid base64: 400.</exception>
    public static void Read(ref Utf8JsonReader reader, TensorBuilder builder, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName || !JsonFields.NameIs(ref reader, Key)) throw Wrong(builder, name, "another key or none");
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) throw Wrong(builder, name, JsonText.Name(reader.TokenType));
        var length = Decode(ref reader, builder, name);
        reader.Read();
        if (reader.TokenType != JsonTokenType.EndObject) throw Wrong(builder, name, "a second key");
        builder.CommitBytes(length);
    }

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> element)
    {
        writer.WriteStartObject();
        writer.WriteBase64String(Key, element);
        writer.WriteEndObject();
    }

    private static int Decode(ref Utf8JsonReader reader, TensorBuilder builder, string name)
    {
        // Some JSON writers escape the slash, so the text is unescaped first and decoded in place.
        var room = builder.ReserveBytes(reader.ValueSpan.Length);
        try
        {
            var text = room[..reader.CopyString(room)];
            return Base64.DecodeFromUtf8InPlace(text, out var length) == OperationStatus.Done ? length : throw Wrong(builder, name, "something else");
        }
        catch (InvalidOperationException)
        {
            throw Wrong(builder, name, "an escape that is half a character");
        }
    }

    private static InvalidInputException Wrong(TensorBuilder builder, string name, string got)
        => new($"{name}: value {builder.Count} should be a string or {{\"b64\":\"<base64>\"}}, got {got}");
}
