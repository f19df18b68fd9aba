using System.Diagnostics;
using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Batching;

/// <summary>A thread that runs the batches of one model version, so that no request thread blocks in a run.</summary>
internal sealed class ModelWorker
{
    private readonly ModelVersion _model;
    private readonly object _gate = new();
    private readonly List<PendingInference> _running = [];

    // Used by the worker thread; created before the first batch.
    private RunOptions _options = null!;

    public ModelWorker(ModelVersion model, int number)
    {
        _model = model;
        // Unsafe: a span that is current during the load does not become the current span of measurements.
        new Thread(Work) { IsBackground = true, Name = $"{model.Metadata.Name}-{model.Version}-worker-{number}" }.UnsafeStart();
    }

    /// <summary>Handles the cancellation of a running request: terminates the run when all requests of the batch are cancelled.</summary>
    public void Cancel(PendingInference pending)
    {
        lock (_gate)
            if (_running.Contains(pending)) TerminateIfAllCancelled();
    }

    private void Work()
    {
        // Errors of a run are reported as exceptions; the runtime need not write cancelled runs to standard error.
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _options = options;
        var batch = new List<PendingInference>();
        while (_model.Queue.Dequeue(batch))
        {
            var references = batch.Count;
            batch.RemoveAll(IsCancelled);
            if (batch.Count > 0) Run(batch);
            batch.Clear();
            for (; references > 0; references--) _model.Release();
        }
    }

    private bool IsCancelled(PendingInference pending) => !pending.TryStart(this);

    private void Run(List<PendingInference> batch)
    {
        var started = Stopwatch.GetTimestamp();
        if (batch.Count == 1 || !TryRunBatch(batch))
            foreach (var pending in batch) RunAlone(pending);
        _model.ReportThroughput(batch.Count, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Runs all requests as one batch.</summary>
    /// <returns>False when the run failed. Each request is then run alone, so that only the faulty request fails.</returns>
    private bool TryRunBatch(List<PendingInference> batch)
    {
        Begin(CollectionsMarshal.AsSpan(batch));
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var combined = BatchAssembler.Concat(batch);
            var outputs = _model.Session.Run(combined, _options, out var times);
            if (BatchAssembler.Split(outputs, batch) is not { } parts)
            {
                _model.StopBatching("an output does not have the number of rows of the inputs");
                return false;
            }
            // Before completion: statistics that a client reads after its response include the request.
            times = times with { Started = started };
            _model.Statistics.RecordSuccess(batch, times);
            for (var i = 0; i < parts.Length; i++) batch[i].Complete(parts[i], times);
            return true;
        }
        // Boundary of the run, as below.
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
            var outputs = Run(pending.Request, out var times);
            _model.Statistics.RecordSuccess([pending], times);
            pending.Complete(outputs, times);
        }
        catch (Exception exception) when (RunFailure.IsOutOfMemory(exception))
        {
            pending.Fail(new OutOfMemoryRequestException(exception));
        }
        catch (OnnxRuntimeException exception) when (!_options.Terminate && _model.Session.SymbolicDimensions.FindMismatch(pending.Request) is { } mismatch)
        {
            pending.Fail(new InvalidInputException($"{mismatch} (model '{_model.Metadata.Name}')", exception));
        }
        catch (OnnxRuntimeException exception) when (!_options.Terminate && RunFailure.FindRejection(exception) is { } reason)
        {
            pending.Fail(new InvalidInputException($"model '{_model.Metadata.Name}' cannot take this input: " + reason, exception));
        }
        catch (InferenceException exception)
        {
            pending.Fail(exception);
        }
        // Boundary of the run: any exception fails this request only, and the worker continues.
        catch (Exception exception)
        {
            pending.Fail(new ModelFailedException(_model.Metadata.Name, exception));
        }
        finally
        {
            End();
        }
    }

    private InferOutput[] Run(InferRequest request, out InferenceTimings times)
    {
        try
        {
            return _model.Session.Run(request, _options, out times);
        }
        catch (OnnxRuntimeException exception) when (RunFailure.IsOutOfMemory(exception))
        {
            // Unused regions of other sizes may fill the arena.
            OnnxRuntime.ShrinkArena();
            return _model.Session.Run(request, _options, out times);
        }
    }

    private void Begin(ReadOnlySpan<PendingInference> pendings)
    {
        lock (_gate)
        {
            _running.AddRange(pendings);
            // A request that was cancelled between TryStart and this line found no run to terminate.
            TerminateIfAllCancelled();
        }
    }

    private void End()
    {
        lock (_gate) _running.Clear();
        if (_options.Terminate) _options.Terminate = false;
    }

    private void TerminateIfAllCancelled()
    {
        foreach (var pending in _running)
            if (!pending.IsCancellationRequested) return;
        _options.Terminate = true;
    }
}
