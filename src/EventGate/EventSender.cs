using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Sends the events of the outbox, batch by batch, until the server stops, and then for <see cref="EventGateOptions.DrainSeconds"/>.</summary>
internal sealed class EventSender(
    EventOutbox outbox, BatchDelivery delivery, IOptions<EventGateOptions> options, TimeProvider time, ILogger<EventSender> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _drained = new();
    private Task _sending = Task.CompletedTask;
    private int _failures;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!outbox.IsEnabled) return Task.CompletedTask;
        outbox.Open();
        _sending = Task.Run(SendAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    // The web server has already stopped: no further events arrive.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _drained.CancelAfter(TimeSpan.FromSeconds(options.Value.DrainSeconds));
        await _stopping.CancelAsync();
        await using (cancellationToken.Register(_drained.Cancel)) await _sending;
        outbox.Close();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _drained.Dispose();
    }

    private async Task SendAsync()
    {
        while (!_drained.IsCancellationRequested)
        {
            try
            {
                if (!await SendNextAsync() && _stopping.IsCancellationRequested) return;
            }
            // A wait ended: the server stops, the drain time is over, or a postponed event is due.
            catch (OperationCanceledException)
            {
            }
            // The loop must not end while the server runs.
            catch (Exception exception)
            {
                Log.SendingFailed(logger, exception);
                await Task.Delay(Backoff.After(++_failures), time, _drained.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Returns false if the outbox is empty at shutdown.
    private async Task<bool> SendNextAsync()
    {
        var isStopping = _stopping.IsCancellationRequested;
        // At shutdown, postponed events are sent too.
        var outcome = await delivery.SendNextAsync(isStopping ? DateTimeOffset.MaxValue : time.GetUtcNow(), _drained.Token);
        if (outcome is null && isStopping) return false;
        if (outcome is null) await WaitForEventsAsync();
        else if (outcome.Value.Problem is { } problem) await WaitForEventGateAsync(problem, outcome.Value.RetryAfter, isStopping);
        else ResetFailures();
        return true;
    }

    private async Task WaitForEventsAsync()
    {
        var wait = outbox.NextTime() is { } next ? next - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        // An event arrived in the meantime.
        if (wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan) return;
        using var due = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _stopping.Token);
        await outbox.WaitAsync(either.Token);
    }

    private async Task WaitForEventGateAsync(string problem, TimeSpan? retryAfter, bool isStopping)
    {
        if (_failures++ == 0) Log.DeliveryFailed(logger, options.Value.Url!.Authority, problem);
        await (isStopping
            ? Task.Delay(Backoff.After(1, retryAfter), time, _drained.Token)
            : Task.Delay(Backoff.After(_failures, retryAfter), time, _stopping.Token));
    }

    private void ResetFailures()
    {
        if (_failures > 0) Log.DeliveryResumed(logger, options.Value.Url!.Authority);
        _failures = 0;
    }
}
