namespace InferenceServices.EventGate;

/// <summary>Sends one batch of the outbox and does for each event of it what the answer asks for.</summary>
internal sealed class BatchDelivery(EventOutbox outbox, EventGateClient client, DeadLetters deadLetters, EventGateMetrics metrics, TimeProvider time)
{
    private const int MostEvents = 100;
    private const long MostBytes = 1 << 20;

    // At the waits of Backoff, some twenty minutes.
    private const int MostFailures = 25;

    private int _size = MostEvents;

    /// <summary>Sends what may be sent now.</summary>
    /// <param name="now">Events that failed lately may wait longer.</param>
    /// <param name="cancellationToken">Leaves the batch where it is.</param>
    /// <returns>Null when there was nothing to send.</returns>
    /// <exception cref="OperationCanceledException">The token's.</exception>
    public async Task<BatchOutcome?> SendNextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batch = outbox.Peek(_size, MostBytes, now);
        if (batch.Count == 0) return null;
        var delivery = await client.SendAsync(batch, cancellationToken);
        var told = batch.FindAll(waiting => delivery.Told.ContainsKey(waiting.Content.Id));
        if (delivery.IsRefused && told.Count == 0) return Narrow(batch, delivery.Problem!);
        if (delivery.Problem is null && told.Count < delivery.Told.Count) return Retry(batch, "What it says is about other events.", null);
        if (delivery.Problem is null) _size = Math.Min(MostEvents, 2 * _size);

        var refused = told.FindAll(waiting => delivery.Told[waiting.Content.Id].IsFinal);
        foreach (var waiting in refused) deadLetters.Add(waiting.Content, DeadLetterReason.Refused, delivery.Told[waiting.Content.Id].Reason);
        outbox.Settle(refused);
        if (delivery.Problem is null) return Deliver(batch, delivery);
        return refused.Count > 0 ? new BatchOutcome(null, null) : Retry(batch, delivery.Problem, delivery.RetryAfter);
    }

    private BatchOutcome Retry(List<WaitingEvent> batch, string problem, TimeSpan? retryAfter)
    {
        metrics.Retried(batch.Count);
        return new BatchOutcome(problem, retryAfter);
    }

    // One of them is the reason, or they are too many: fewer at a time find out.
    private BatchOutcome Narrow(List<WaitingEvent> batch, string problem)
    {
        _size = Math.Max(1, batch.Count / 2);
        if (batch.Count > 1) return new BatchOutcome(null, null);
        deadLetters.Add(batch[0].Content, DeadLetterReason.Refused, $"EventGate answered {problem}.");
        outbox.Settle(batch);
        return new BatchOutcome(null, null);
    }

    private BatchOutcome Deliver(List<WaitingEvent> batch, Delivery delivery)
    {
        var delivered = batch.FindAll(waiting => !delivery.Told.ContainsKey(waiting.Content.Id));
        metrics.Delivered(delivered.Count);
        outbox.Settle(delivered);
        foreach (var waiting in batch)
        {
            if (delivery.Told.TryGetValue(waiting.Content.Id, out var said) && !said.IsFinal) Postpone(waiting, said.Reason);
        }
        return new BatchOutcome(null, null);
    }

    // Others of its batch got through: it waits by itself, and holds nobody up.
    private void Postpone(WaitingEvent waiting, string reason)
    {
        if (++waiting.Failures < MostFailures)
        {
            metrics.Retried(1);
            waiting.NotBefore = time.GetUtcNow() + Backoff.After(waiting.Failures);
            return;
        }
        deadLetters.Add(waiting.Content, DeadLetterReason.Failed, $"EventGate could not take it {waiting.Failures} times: {reason}");
        outbox.Settle([waiting]);
    }
}
