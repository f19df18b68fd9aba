namespace InferenceServices.EventGate;

/// <summary>Sends batches of the outbox and settles, retries or dead-letters each event according to the response.</summary>
internal sealed class BatchDelivery(EventOutbox outbox, EventGateClient client, DeadLetters deadLetters, EventGateMetrics metrics, TimeProvider time)
{
    private const int MaxEvents = 100;
    private const long MaxBytes = 1 << 20;

    // About twenty minutes with the delays of Backoff.
    private const int MaxFailures = 25;

    private int _size = MaxEvents;

    /// <summary>Sends the next batch.</summary>
    /// <param name="now">Current time; events with a later <see cref="PendingEvent.NotBefore"/> are skipped.</param>
    /// <param name="cancellationToken">Token to cancel the call; the events stay in the outbox.</param>
    /// <returns>Null if no event is due.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<BatchOutcome?> SendNextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batch = outbox.Peek(_size, MaxBytes, now);
        if (batch.Count == 0) return null;
        var result = await client.SendAsync(batch, cancellationToken);
        var failed = batch.FindAll(pending => result.EventErrors.ContainsKey(pending.Content.Id));
        if (result.IsRejected && failed.Count == 0) return Bisect(batch, result.Problem!);
        if (result.Problem is null && failed.Count < result.EventErrors.Count) return Retry(batch, "The response names events that were not sent.", null);
        if (result.Problem is null) _size = Math.Min(MaxEvents, 2 * _size);

        var rejected = failed.FindAll(pending => result.EventErrors[pending.Content.Id].IsPermanent);
        foreach (var pending in rejected) deadLetters.Add(pending.Content, DeadLetterReason.Rejected, result.EventErrors[pending.Content.Id].Reason);
        outbox.Settle(rejected);
        if (result.Problem is null) return Complete(batch, result);
        return rejected.Count > 0 ? new BatchOutcome(null, null) : Retry(batch, result.Problem, result.RetryAfter);
    }

    private BatchOutcome Retry(List<PendingEvent> batch, string problem, TimeSpan? retryAfter)
    {
        metrics.RecordRetried(batch.Count);
        return new BatchOutcome(problem, retryAfter);
    }

    // A batch is rejected for an unknown event, or for its size: smaller batches isolate the event.
    private BatchOutcome Bisect(List<PendingEvent> batch, string problem)
    {
        _size = Math.Max(1, batch.Count / 2);
        if (batch.Count > 1) return new BatchOutcome(null, null);
        deadLetters.Add(batch[0].Content, DeadLetterReason.Rejected, $"EventGate answered {problem}.");
        outbox.Settle(batch);
        return new BatchOutcome(null, null);
    }

    private BatchOutcome Complete(List<PendingEvent> batch, DeliveryResult result)
    {
        var delivered = batch.FindAll(pending => !result.EventErrors.ContainsKey(pending.Content.Id));
        metrics.RecordDelivered(delivered.Count);
        outbox.Settle(delivered);
        foreach (var pending in batch)
        {
            if (result.EventErrors.TryGetValue(pending.Content.Id, out var error) && !error.IsPermanent) Postpone(pending, error.Reason);
        }
        return new BatchOutcome(null, null);
    }

    // Other events of the batch succeeded: this event is retried separately and does not delay them.
    private void Postpone(PendingEvent pending, string reason)
    {
        if (++pending.Failures < MaxFailures)
        {
            metrics.RecordRetried(1);
            pending.NotBefore = time.GetUtcNow() + Backoff.After(pending.Failures);
            return;
        }
        deadLetters.Add(pending.Content, DeadLetterReason.Failed, $"EventGate failed to produce the event {pending.Failures} times: {reason}");
        outbox.Settle([pending]);
    }
}
