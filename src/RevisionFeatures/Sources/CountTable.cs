namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>How often each thing occurs in the revision and in its parent.</summary>
internal sealed class CountTable
{
    private readonly OrderedDictionary<string, (int Old, int Now)> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a thing. All of the revision's have to come before those of its parent.</summary>
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
