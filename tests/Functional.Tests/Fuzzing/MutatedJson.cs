using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A JSON document with mutated values, as text because the result may be invalid JSON.</summary>
internal sealed class MutatedJson
{
    private readonly Mutation _mutation;
    private readonly int _place;
    private readonly StringBuilder _text = new();
    private int _next;

    private MutatedJson(JsonElement document, Mutation mutation)
    {
        _mutation = mutation;
        _place = mutation.Place % Count(document);
    }

    /// <summary>Applies the mutations in order; stops at the first invalid document.</summary>
    public static string Of(string json, IEnumerable<Mutation> mutations)
    {
        foreach (var mutation in mutations)
        {
            JsonElement document;
            try
            {
                document = JsonElement.Parse(json);
            }
            catch (JsonException)
            {
                return json;
            }
            var mutated = new MutatedJson(document, mutation);
            mutated.Write(document, key: null);
            json = mutated._text.ToString();
        }
        return json;
    }

    private static int Count(JsonElement value) => 1 + value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Sum(property => Count(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Count),
        _ => 0,
    };

    /// <returns>Whether a value was written.</returns>
    private bool Write(JsonElement value, string? key)
    {
        var isMutated = _next++ == _place;
        if (isMutated && _mutation.Kind == MutationKind.Delete)
        {
            _next += Count(value) - 1;
            return false;
        }
        _text.Append(key);
        if (isMutated && _mutation.Kind == MutationKind.Replace)
        {
            _next += Count(value) - 1;
            _text.Append(_mutation.Token);
            return true;
        }
        if (isMutated && _mutation.Kind == MutationKind.Nest) _text.Append('[').Append(value.GetRawText()).Append(']');
        else WriteInside(value);
        if (isMutated && _mutation.Kind == MutationKind.Duplicate) _text.Append(',').Append(key).Append(value.GetRawText());
        if (isMutated && _mutation.Kind == MutationKind.Add) _text.Append(',').Append(key).Append(_mutation.Token);
        return true;
    }

    private void WriteInside(JsonElement value)
    {
        var written = false;
        if (value.ValueKind == JsonValueKind.Object)
        {
            _text.Append('{');
            foreach (var property in value.EnumerateObject()) written = WriteNext(property.Value, $"\"{NameOf(property)}\":", written);
            _text.Append('}');
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            _text.Append('[');
            foreach (var element in value.EnumerateArray()) written = WriteNext(element, key: null, written);
            _text.Append(']');
        }
        else _text.Append(value.GetRawText());
    }

    // Raw text: an escape of half a surrogate pair has no other representation.
    private static string NameOf(JsonProperty property) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));

    private bool WriteNext(JsonElement value, string? key, bool written)
    {
        var length = _text.Length;
        if (written) _text.Append(',');
        if (Write(value, key)) return true;
        _text.Length = length;
        return written;
    }
}
