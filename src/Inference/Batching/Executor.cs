using System.Diagnostics;
using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Repository;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Batching;

/// <summary>A thread that runs one model's batches, one after the other, so that no HTTP thread ever blocks in a graph.</summary>
internal sealed class Executor
{
    // How the runtime's messages begin when a value, not the graph, is at fault; the binding keeps the code itself to itself.
    private const string InvalidArgument = "[ErrorCode:InvalidArgument]";

    private readonly ModelVersion _model;
    private readonly object _gate = new();
    private readonly List<PendingInference> _running = [];

    // The thread's, made before its first batch.
    private RunOptions _options = null!;

    public Executor(ModelVersion model, int number)
    {
        _model = model;
        new Thread(Work) { IsBackground = true, Name = $"{model.Metadata.Name}-{model.Version}-executor-{number}" }.Start();
    }

    /// <summary>Somebody in the run has left. Ends it when nobody waits for it any more.</summary>
    public void Leave(PendingInference pending)
    {
        lock (_gate)
            if (_running.Contains(pending)) TerminateIfAllLeft();
    }

    private void Work()
    {
        // What goes wrong in a run comes back as an exception; that a caller left needs no line on standard error.
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _options = options;
        var batch = new List<PendingInference>();
        while (_model.Queue.Dequeue(batch))
        {
            var leases = batch.Count;
            batch.RemoveAll(HasLeft);
            if (batch.Count > 0) Run(batch);
            batch.Clear();
            for (; leases > 0; leases--) _model.Return();
        }
    }

    private bool HasLeft(PendingInference pending) => !pending.TryStart(this);

    private void Run(List<PendingInference> batch)
    {
        var started = Stopwatch.GetTimestamp();
        if (batch.Count == 1 || !TryRunTogether(batch))
            foreach (var pending in batch) RunAlone(pending);
        _model.CountDrained(batch.Count, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>All members at once.</summary>
    /// <returns>False when that failed: who is at fault shows when each is run alone, and nobody else is harmed.</returns>
    private bool TryRunTogether(List<PendingInference> batch)
    {
        Begin(CollectionsMarshal.AsSpan(batch));
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var joined = BatchRows.Join(batch);
            var outputs = _model.Session.Run(joined, _options, out var times);
            if (BatchRows.Split(outputs, batch) is not { } parts)
            {
                _model.StopBatching("an output has not as many rows as its inputs");
                return false;
            }
            // Before the answers: who asks for the statistics next finds these requests in them.
            _model.Statistics.CountSuccess(batch, times with { Started = started });
            for (var i = 0; i < parts.Length; i++) batch[i].Complete(parts[i]);
            return true;
        }
        // The edge of the run, as below.
        catch (Exception)
        {
            return false;
        }
        finally
        {
            End();
        }
    }

    private void RunAlone(PendingInference pending)
    {
        Begin([pending]);
        try
        {
            var outputs = _model.Session.Run(pending.Request, _options, out var times);
            _model.Statistics.CountSuccess([pending], times);
            pending.Complete(outputs);
        }
        catch (OnnxRuntimeException exception) when (exception.Message.StartsWith(InvalidArgument, StringComparison.Ordinal))
        {
            // A rank no signature declares, an index out of range: the graph ran into what the caller sent.
            pending.Fail(new InvalidInputException(
                $"model '{_model.Metadata.Name}' cannot take this input: {exception.Message[InvalidArgument.Length..].Trim()}", exception));
        }
        catch (OnnxRuntimeException exception) when (!_options.Terminate && _model.Session.SharedAxes.Disagreement(pending.Request) is { } disagreement)
        {
            pending.Fail(new InvalidInputException($"{disagreement} (model '{_model.Metadata.Name}')", exception));
        }
        // The edge of the run: whatever happens in it belongs to this request, and the next one must find a working thread.
        catch (Exception exception)
        {
            pending.Fail(new ModelFailedException(_model.Metadata.Name, exception));
        }
        finally
        {
            End();
        }
    }

    private void Begin(ReadOnlySpan<PendingInference> pendings)
    {
        lock (_gate)
        {
            _running.AddRange(pendings);
            // A caller who left between the start and this line found no run to end.
            TerminateIfAllLeft();
        }
    }

    private void End()
    {
        lock (_gate) _running.Clear();
        if (_options.Terminate) _options.Terminate = false;
    }

    private void TerminateIfAllLeft()
    {
        foreach (var pending in _running)
            if (!pending.IsCancellationRequested) return;
        _options.Terminate = true;
    }
}
