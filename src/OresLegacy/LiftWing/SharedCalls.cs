namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>Runs equal calls that overlap in time once. A call is cancelled when all of its callers have left. Thread-safe.</summary>
/// <param name="run">Makes a call.</param>
internal sealed class SharedCalls<TKey, TResult>(Func<TKey, CancellationToken, Task<TResult>> run)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, SharedCall> _running = [];

    /// <summary>Returns the result of a call, which other callers may share.</summary>
    /// <param name="key">The call.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    public async Task<TResult> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        SharedCall? call;
        lock (_lock)
        {
            // A call that its last caller has cancelled is not joined.
            if (!_running.TryGetValue(key, out call))
            {
                _running[key] = call = new SharedCall();
                call.Result = RunAsync(key, call);
            }
            call.Callers++;
        }
        try
        {
            return await call.Result.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, call);
        }
    }

    private async Task<TResult> RunAsync(TKey key, SharedCall call)
    {
        // The caller holds the lock.
        await Task.Yield();
        try
        {
            return await run(key, call.Cancellation.Token);
        }
        finally
        {
            lock (_lock) Remove(key, call);
        }
    }

    private void Leave(TKey key, SharedCall call)
    {
        lock (_lock)
        {
            if (--call.Callers > 0) return;
            Remove(key, call);
        }
        if (!call.Result.IsCompleted) call.Cancellation.Cancel();
    }

    private void Remove(TKey key, SharedCall call)
    {
        if (_running.GetValueOrDefault(key) == call) _running.Remove(key);
    }

    private sealed class SharedCall
    {
        // Without a timer or a wait handle there is nothing to dispose.
        public CancellationTokenSource Cancellation { get; } = new();

        public Task<TResult> Result { get; set; } = null!;

        public int Callers { get; set; }
    }
}
