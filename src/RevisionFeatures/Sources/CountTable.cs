namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Counts of keys in the revision and its parent.</summary>
internal sealed class CountTable
{
    private readonly OrderedDictionary<string, (int Old, int Now)> _counts = new(StringComparer.Ordinal);

    /// <summary>Adds counts of a key. Keys of the revision must be added before those of the parent.</summary>
    public void Add(string thing, int old, int now)
    {
        if (_counts.TryGetValue(thing, out var known, out var index)) _counts.SetAt(index, (known.Old + old, known.Now + now));
        else _counts.Add(thing, (old, now));
    }

    public CountDelta Delta()
    {
        var delta = new CountDelta();
        for (var i = 0; i < _counts.Count; i++)
        {
            var (old, now) = _counts.GetAt(i).Value;
            delta = delta.With(old, now);
        }
        return delta;
    }
}
