namespace InferenceServices.Explanations.Attribution;

/// <summary>
/// Determines the number of coalitions per call. The first call is small, because the speed of the model is unknown; each next call is at most four times
/// as large and takes about a sixteenth of the time limit, so that the deadline leaves an estimate.
/// </summary>
/// <param name="limit">Time limit of the explanation.</param>
/// <param name="most">Maximum number of coalitions per call; 1 or more.</param>
internal sealed class CallPace(TimeSpan limit, int most)
{
    private const int FirstSize = 2;
    private const int Growth = 4;
    private const int MinCalls = 16;

    /// <summary>Number of coalitions of the next call.</summary>
    public int Size { get; private set; } = Math.Min(FirstSize, most);

    /// <summary>Whether a call has ended.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Records the duration of a call of <see cref="Size"/> coalitions.</summary>
    public void Record(TimeSpan duration)
    {
        HasRun = true;
        var inTime = duration > TimeSpan.Zero ? Size * (limit / MinCalls / duration) : double.MaxValue;
        Size = (int)Math.Clamp(Math.Min(inTime, (double)Size * Growth), 1, most);
    }

    /// <summary>Takes the elements of the next call, at least one if there are any.</summary>
    /// <param name="elements">Evaluated only as far as taken.</param>
    /// <param name="perElement">Number of coalitions of an element.</param>
    public List<T> Take<T>(IEnumerator<T> elements, int perElement = 1)
    {
        var taken = new List<T>();
        do
        {
            if (!elements.MoveNext()) break;
            taken.Add(elements.Current);
        }
        while ((taken.Count + 1) * perElement <= Size);
        return taken;
    }
}
