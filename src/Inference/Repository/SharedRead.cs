namespace InferenceServices.Inference.Repository;

/// <summary>
/// A read that callers share: one runs at a time, and all callers that arrive during it share the next. Each caller gets a result of a read that started
/// after its call, so it includes every change that was complete before.
/// </summary>
/// <typeparam name="T">Type of the result.</typeparam>
/// <param name="read">Starts a read.</param>
internal sealed class SharedRead<T>(Func<Task<T>> read)
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private Task<T>? _next;

    /// <summary>Returns the result of a read that starts now or later.</summary>
    public Task<T> ReadAsync()
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false } running) return _next ??= ReadAfterAsync(running);
            return _running = read();
        }
    }

    private async Task<T> ReadAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate) (_running, _next) = (_next, null);
        return await read();
    }
}
