using System.Diagnostics;
using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Batching;

/// <summary>Runs batches of one model version, one at a time, on the thread of the caller.</summary>
/// <param name="model">The version.</param>
internal sealed class ModelRunner(ModelVersion model) : IDisposable
{
    private readonly object _gate = new();
    private readonly List<PendingInference> _running = [];

    // Errors of a run are reported as exceptions; the runtime need not write cancelled runs to standard error.
    private readonly RunOptions _options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>Handles the cancellation of a running request: terminates the run when all requests of the batch are cancelled.</summary>
    public void Cancel(PendingInference pending)
    {
        lock (_gate)
            if (_running.Contains(pending)) TerminateIfAllCancelled();
    }

    /// <summary>Runs requests as one batch, and completes them. Cancelled requests are removed from the list.</summary>
    /// <returns>Number of requests with a result: the others failed or were cancelled.</returns>
    public int Run(List<PendingInference> batch)
    {
        batch.RemoveAll(IsCancelled);
        return batch.Count > 1 && TryRunBatch(batch) ? batch.Count : batch.Count(RunAlone);
    }

    /// <summary>Runs one request, and completes it.</summary>
    /// <returns>Whether the request has a result: it did not fail and was not cancelled.</returns>
    public bool Run(PendingInference pending) => pending.TryStart(this) && RunAlone(pending);

    public void Dispose() => _options.Dispose();

    private bool IsCancelled(PendingInference pending) => !pending.TryStart(this);

    /// <summary>Runs all requests as one batch.</summary>
    /// <returns>False when the run failed. Each request is then run alone, so that only the faulty request fails.</returns>
    private bool TryRunBatch(List<PendingInference> batch)
    {
        Begin(CollectionsMarshal.AsSpan(batch));
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var combined = BatchAssembler.Concat(batch);
            var outputs = model.Session.Run(combined, _options, out var times);
            if (BatchAssembler.Split(outputs, batch) is not { } parts)
            {
                model.StopBatching("an output does not have the number of rows of the inputs");
                return false;
            }
            // Before completion: statistics that a client reads after its response include the request.
            times = times with { Started = started };
            model.Statistics.RecordSuccess(batch, times);
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

    private bool RunAlone(PendingInference pending)
    {
        Begin([pending]);
        try
        {
            var outputs = Run(pending.Request, out var times);
            model.Statistics.RecordSuccess([pending], times);
            pending.Complete(outputs, times);
            return true;
        }
        catch (Exception exception) when (RunFailure.IsOutOfMemory(exception))
        {
            pending.Fail(new OutOfMemoryRequestException(exception));
        }
        catch (OnnxRuntimeException exception) when (!_options.Terminate && model.Session.SymbolicDimensions.FindMismatch(pending.Request) is { } mismatch)
        {
            pending.Fail(new InvalidInputException($"{mismatch} (model '{model.Metadata.Name}')", exception));
        }
        catch (OnnxRuntimeException exception) when (!_options.Terminate && RunFailure.FindRejection(exception) is { } reason)
        {
            pending.Fail(new InvalidInputException($"model '{model.Metadata.Name}' cannot take this input: " + reason, exception));
        }
        catch (InferenceException exception)
        {
            pending.Fail(exception);
        }
        // Boundary of the run: any exception fails this request only.
        catch (Exception exception)
        {
            pending.Fail(new ModelFailedException(model.Metadata.Name, exception));
        }
        finally
        {
            End();
        }
        return false;
    }

    private InferOutput[] Run(InferRequest request, out InferenceTimings times)
    {
        try
        {
            return model.Session.Run(request, _options, out times);
        }
        catch (OnnxRuntimeException exception) when (RunFailure.IsOutOfMemory(exception))
        {
            // Unused regions of other sizes may fill the arena.
            OnnxRuntime.ShrinkArena();
        }
        try
        {
            return model.Session.Run(request, _options, out times);
        }
        catch (OnnxRuntimeException exception) when (RunFailure.IsOutOfMemory(exception))
        {
            // Other runs have the memory: once more when those have ended, within the deadline of the request.
            if (!ArenaUsers.Shared.WaitForOthers(() => _options.Terminate)) throw;
            OnnxRuntime.ShrinkArena();
        }
        return model.Session.Run(request, _options, out times);
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
