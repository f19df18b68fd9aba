namespace InferenceServices.Inference.Repository;

/// <summary>Runs a load on a thread of its own: a load blocks, and a load that does not react to its cancellation is abandoned.</summary>
internal static class LoadThread
{
    /// <summary>Runs a load.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="name">Name of the thread.</param>
    /// <param name="load">The load; its token is cancelled at the limit and at <paramref name="stop"/>.</param>
    /// <param name="limit">Time limit.</param>
    /// <param name="release">Releases the result of a load that ends after it was abandoned.</param>
    /// <param name="stop">Stops the wait and the load.</param>
    /// <exception cref="TimeoutException">The load exceeded the limit.</exception>
    /// <exception cref="OperationCanceledException">The load was stopped.</exception>
    public static Task<T> RunAsync<T>(string name, Func<CancellationToken, T> load, TimeSpan limit, Action<T> release, CancellationToken stop)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop);
        cancellation.Token.Register(Expire);
        cancellation.CancelAfter(limit);
        // Unsafe: a span that is current here does not become the current span of measurements. Background: an abandoned load does not prevent the exit.
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
        return result.Task;

        void Expire() => _ = stop.IsCancellationRequested ? result.TrySetCanceled(stop) : result.TrySetException(new TimeoutException());

        void Run()
        {
            using (cancellation)
            {
                try
                {
                    var loaded = load(cancellation.Token);
                    if (!result.TrySetResult(loaded)) release(loaded);
                }
                // A load that reacts to its cancellation may end before the registration above is called.
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    Expire();
                }
                // Boundary of the thread: the exception belongs to the load.
                catch (Exception exception)
                {
                    result.TrySetException(exception);
                }
            }
        }
    }
}
