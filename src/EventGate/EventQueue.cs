namespace InferenceServices.EventGate;

/// <summary>Pending events, oldest first, with distinct ids. Not thread-safe.</summary>
internal sealed class EventQueue
{
    private readonly LinkedList<PendingEvent> _events = new();
    private readonly Dictionary<string, LinkedListNode<PendingEvent>> _byId = new(StringComparer.Ordinal);

    public int Count => _byId.Count;

    /// <summary>Total size of all events, in bytes.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>All events, oldest first.</summary>
    public IEnumerable<PendingEvent> All => _events;

    public bool Contains(string id) => _byId.ContainsKey(id);

    public void Add(PendingEvent pending)
    {
        _byId.Add(pending.Content.Id, _events.AddLast(pending));
        SizeBytes += pending.Content.Json.Length;
    }

    public void Remove(PendingEvent pending)
    {
        if (!_byId.Remove(pending.Content.Id, out var node)) return;
        _events.Remove(node);
        SizeBytes -= pending.Content.Json.Length;
    }

    /// <summary>Returns the next batch without removing the events.</summary>
    /// <param name="count">Maximum number of events.</param>
    /// <param name="sizeBytes">Maximum total size; the first event may exceed it.</param>
    /// <param name="now">Current time; events with a later <see cref="PendingEvent.NotBefore"/> are skipped.</param>
    public List<PendingEvent> Peek(int count, long sizeBytes, DateTimeOffset now)
    {
        var batch = new List<PendingEvent>();
        foreach (var pending in _events)
        {
            if (pending.NotBefore > now) continue;
            sizeBytes -= pending.Content.Json.Length;
            if (batch.Count == count || (batch.Count > 0 && sizeBytes < 0)) break;
            batch.Add(pending);
        }
        return batch;
    }
}
