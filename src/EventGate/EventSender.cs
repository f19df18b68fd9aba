using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Brings the outbox to EventGate, batch after batch, for as long as the server runs and a little longer.</summary>
internal sealed class EventSender(
    EventOutbox outbox, BatchDelivery delivery, IOptions<EventGateOptions> options, TimeProvider time, ILogger<EventSender> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _sending = Task.CompletedTask;
    private int _failures;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!outbox.IsEnabled) return Task.CompletedTask;
        outbox.Open();
        _sending = Task.Run(SendAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    // The web server has stopped before: nothing comes any more.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _ending.CancelAfter(TimeSpan.FromSeconds(options.Value.DrainSeconds));
        await _stopping.CancelAsync();
        await using (cancellationToken.Register(_ending.Cancel)) await _sending;
        outbox.Close();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _ending.Dispose();
    }

    private async Task SendAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                if (!await SendNextAsync() && _stopping.IsCancellationRequested) return;
            }
            // Told to stop while it waited, or to end; or one that waits may be tried again.
            catch (OperationCanceledException)
            {
            }
            // Without this, nothing would be sent any more.
            catch (Exception exception)
            {
                Log.SendingFailed(logger, exception);
                await Task.Delay(Backoff.After(++_failures), time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // False when nothing waits.
    private async Task<bool> SendNextAsync()
    {
        var isStopping = _stopping.IsCancellationRequested;
        // At the end everything is tried once more.
        var outcome = await delivery.SendNextAsync(isStopping ? DateTimeOffset.MaxValue : time.GetUtcNow(), _ending.Token);
        if (outcome is null && isStopping) return false;
        if (outcome is null) await WaitForEventsAsync();
        else if (outcome.Value.Problem is { } problem) await WaitForEventGateAsync(problem, outcome.Value.RetryAfter, isStopping);
        else NoteSuccess();
        return true;
    }

    private async Task WaitForEventsAsync()
    {
        var wait = outbox.NextTime() is { } next ? next - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        // One that came meanwhile was never told to wait.
        if (wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan) return;
        using var due = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _stopping.Token);
        await outbox.WaitAsync(either.Token);
    }

    private async Task WaitForEventGateAsync(string problem, TimeSpan? retryAfter, bool isStopping)
    {
        if (_failures++ == 0) Log.EventsWait(logger, options.Value.Url!.Authority, problem);
        await (isStopping
            ? Task.Delay(Backoff.After(1, retryAfter), time, _ending.Token)
            : Task.Delay(Backoff.After(_failures, retryAfter), time, _stopping.Token));
    }

    private void NoteSuccess()
    {
        if (_failures > 0) Log.EventsGoOut(logger, options.Value.Url!.Authority);
        _failures = 0;
    }
}
