namespace InferenceServices.EventGate;

/// <summary>What waits, oldest first, each id once. Not safe for threads by itself.</summary>
internal sealed class EventQueue
{
    private readonly LinkedList<WaitingEvent> _events = new();
    private readonly Dictionary<string, LinkedListNode<WaitingEvent>> _byId = new(StringComparer.Ordinal);

    public int Count => _byId.Count;

    /// <summary>Of all events together.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Oldest first.</summary>
    public IEnumerable<WaitingEvent> All => _events;

    public bool Contains(string id) => _byId.ContainsKey(id);

    public void Add(WaitingEvent waiting)
    {
        _byId.Add(waiting.Content.Id, _events.AddLast(waiting));
        SizeBytes += waiting.Content.Json.Length;
    }

    public void Remove(WaitingEvent waiting)
    {
        if (!_byId.Remove(waiting.Content.Id, out var node)) return;
        _events.Remove(node);
        SizeBytes -= waiting.Content.Json.Length;
    }

    /// <summary>The next to be sent, which stay until they are removed.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="sizeBytes">And at most so large together, but for a single one.</param>
    /// <param name="now">Those that shall wait longer are passed over.</param>
    public List<WaitingEvent> Peek(int count, long sizeBytes, DateTimeOffset now)
    {
        var next = new List<WaitingEvent>();
        foreach (var waiting in _events)
        {
            if (waiting.NotBefore > now) continue;
            sizeBytes -= waiting.Content.Json.Length;
            if (next.Count == count || (next.Count > 0 && sizeBytes < 0)) break;
            next.Add(waiting);
        }
        return next;
    }
}
