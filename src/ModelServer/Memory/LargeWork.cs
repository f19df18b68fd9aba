using InferenceServices.Contracts.Tensors;

namespace InferenceServices.ModelServer.Memory;

/// <summary>
/// Runs long computations on large bodies: as many at a time as there are processors, each on a thread of its own. Threads of the pool, which serve all
/// connections, stay free for short requests.
/// </summary>
internal sealed class LargeWork : IDisposable
{
    /// <summary>Length of a JSON body that is parsed here: tens of milliseconds.</summary>
    public const int LeastBytes = 2 << 20;

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);
    private long _waiting;

    /// <summary>Gets the number of computations that wait for a processor.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Runs a computation when a processor is free, in the order of the calls.</summary>
    /// <typeparam name="TState">Type of the argument.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="state">Argument of <paramref name="compute"/>.</param>
    /// <param name="compute">The computation.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<TResult> RunAsync<TState, TResult>(TState state, Func<TState, TResult> compute, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            return await Task.Factory.StartNew(
                () => Compute(state, compute), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private static TResult Compute<TState, TResult>(TState state, Func<TState, TResult> compute)
    {
        try
        {
            return compute(state);
        }
        finally
        {
            // The thread ends.
            AlignedMemory.FreeBlocksOfThread();
        }
    }
}
