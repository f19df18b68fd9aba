namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>A dict. Keys are not hashed or compared, except strings.</summary>
internal sealed class PickleMap
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    /// <summary>Finds the value of a string key; the last of equal keys counts.</summary>
    public bool TryGet(string key, out object? value)
    {
        for (var index = Entries.Count - 1; index >= 0; index--)
        {
            if (Entries[index].Key is not string name || name != key) continue;
            value = Entries[index].Value;
            return true;
        }
        value = null;
        return false;
    }
}
