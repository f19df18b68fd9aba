namespace InferenceServices.Inference.Execution;

/// <summary>
/// The runs that use the arena, and the large outputs that are in it. All models share the arena: a run that finds no memory can wait for those that have it, so
/// that a large run of one client does not fail small requests of others.
/// </summary>
internal sealed class ArenaUsers
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    // In ascending order.
    private readonly List<long> _users = [];
    private long _next;

    /// <summary>Gets the users of the arena of the process.</summary>
    public static ArenaUsers Shared { get; } = new();

    /// <summary>Adds a user.</summary>
    /// <returns>The user, for <see cref="Remove"/>.</returns>
    public long Add()
    {
        lock (_gate)
        {
            _users.Add(_next);
            return _next++;
        }
    }

    /// <summary>Removes a user.</summary>
    public void Remove(long user)
    {
        lock (_gate)
        {
            _users.Remove(user);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the removal of all users that exist now. The caller is none of them. Users that are added meanwhile are not waited for.</summary>
    /// <param name="isCancelled">Returns whether to stop waiting; polled.</param>
    /// <returns>False if there are no users, or after a cancellation: nothing has changed.</returns>
    public bool WaitForOthers(Func<bool> isCancelled)
    {
        lock (_gate)
        {
            var end = _next;
            if (_users.Count == 0) return false;
            while (_users.Count > 0 && _users[0] < end)
            {
                if (isCancelled()) return false;
                Monitor.Wait(_gate, PollInterval);
            }
            return true;
        }
    }
}
