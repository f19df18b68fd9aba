using System.Text.Json;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Reads items from large responses without materializing other members; several times faster than deserialization.</summary>
internal static class ItemsReader
{
    // Sixteen digits and a letter, each as a JSON escape.
    private const int MaxItemBytes = 17 * 6;

    /// <summary>Reads a response.</summary>
    /// <returns>The items, or the error.</returns>
    public static MediaWikiResult<ItemBatch> Read(ApiResponse response)
    {
        if (response.IsOk && response.IsJson && TryRead(response.Body) is { } read) return new(read);
        return new(ApiReader.Read(response).Error ?? MediaWikiErrors.InvalidResponse(response.Domain, "is not the JSON that was expected"));
    }

    /// <summary>Reads a JSON body.</summary>
    /// <returns>Null if the body has an error, is malformed or has another structure.</returns>
    internal static ItemBatch? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadBody(json, ref reader) : null;
        }
        // InvalidOperationException: a string with an unpaired surrogate.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ItemBatch? ReadBody(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var items = new List<ulong>();
        var continuation = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("error"u8) || reader.ValueTextEquals("errors"u8)) return null;
            if (reader.ValueTextEquals("continue"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject) continuation = ApiCall.BuildContinuation(JsonElement.ParseValue(ref reader));
                else if (reader.TokenType != JsonTokenType.Null) return null;
            }
            else if (reader.ValueTextEquals("query"u8))
            {
                if (!ReadQuery(json, ref reader, items, out var isAtEnd)) return null;
                if (isAtEnd) return new ItemBatch(items, continuation);
            }
            else reader.Skip();
        }
        // Throws if data follows the end of the JSON object.
        reader.Read();
        return new ItemBatch(items, continuation);
    }

    private static bool ReadQuery(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, List<ulong> items, out bool isAtEnd)
    {
        isAtEnd = false;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("pages"u8)) reader.Skip();
            else if (!ReadPages(json, ref reader, items, out isAtEnd)) return false;
            if (isAtEnd) return true;
        }
        return true;
    }

    private static bool ReadPages(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, List<ulong> items, out bool isAtEnd)
    {
        isAtEnd = false;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        var known = items.Count;
        isAtEnd = FastPagesReader.TryRead(json[(int)reader.BytesConsumed..], items);
        if (isAtEnd) return true;
        items.RemoveRange(known, items.Count - known);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null) continue;
            if (reader.TokenType != JsonTokenType.StartObject || !ReadPage(ref reader, items)) return false;
        }
        return true;
    }

    // Adds the item of an existing article.
    private static bool ReadPage(ref Utf8JsonReader reader, List<ulong> items)
    {
        var (isArticle, isMissing, item) = (true, false, 0UL);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ns"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number) return false;
                isArticle = reader.ValueSpan.SequenceEqual("0"u8);
            }
            else if (reader.ValueTextEquals("missing"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
                isMissing = reader.TokenType == JsonTokenType.True;
            }
            else if (!reader.ValueTextEquals("pageprops"u8)) reader.Skip();
            else if (!ReadProperties(ref reader, ref item)) return false;
        }
        if (isArticle && !isMissing && item != 0) items.Add(item);
        return true;
    }

    private static bool ReadProperties(ref Utf8JsonReader reader, ref ulong item)
    {
        Span<byte> text = stackalloc byte[MaxItemBytes];
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("wikibase_item"u8))
            {
                reader.Skip();
                continue;
            }
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return false;
            if (reader.ValueSpan.Length <= MaxItemBytes && ItemId.TryPack(text[..reader.CopyString(text)], out var id)) item = id;
        }
        return true;
    }
}
