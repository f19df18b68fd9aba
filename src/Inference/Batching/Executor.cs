using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Repository;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Batching;

/// <summary>A thread that runs one model's requests, one after the other, so that no HTTP thread ever blocks in a graph.</summary>
internal sealed class Executor
{
    // How the runtime's messages begin when a value, not the graph, is at fault; the binding keeps the code itself to itself.
    private const string InvalidArgument = "[ErrorCode:InvalidArgument]";

    private readonly ModelVersion _model;
    private readonly object _gate = new();
    private PendingInference? _current;
    private RunOptions? _currentOptions;

    public Executor(ModelVersion model, int number)
    {
        _model = model;
        new Thread(Work) { IsBackground = true, Name = $"{model.Metadata.Name}-{model.Version}-executor-{number}" }.Start();
    }

    /// <summary>Ends the run of a request nobody waits for any more.</summary>
    public void Terminate(PendingInference pending)
    {
        lock (_gate)
            if (_current == pending) _currentOptions!.Terminate = true;
    }

    private void Work()
    {
        // What goes wrong in a run comes back as an exception; that a caller left needs no line on standard error.
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        while (_model.Queue.Dequeue() is { } pending)
        {
            if (pending.TryStart(this)) Run(pending, options);
            _model.Return();
        }
    }

    private void Run(PendingInference pending, RunOptions options)
    {
        lock (_gate)
        {
            (_current, _currentOptions) = (pending, options);
            // A caller who left between the start and this line found no run to end.
            if (pending.IsCancellationRequested) options.Terminate = true;
        }
        try
        {
            var outputs = _model.Session.Run(pending.Request, options, out var times);
            // Before the answer: who asks for the statistics next finds this request in them.
            _model.Statistics.CountSuccess(_model.CountRows(pending.Request), pending.QueuedAt, times);
            pending.Complete(outputs);
        }
        catch (OnnxRuntimeException exception) when (exception.Message.StartsWith(InvalidArgument, StringComparison.Ordinal))
        {
            // A rank no signature declares, an index out of range: the graph ran into what the caller sent.
            pending.Fail(new InvalidInputException(
                $"model '{_model.Metadata.Name}' cannot take this input: {exception.Message[InvalidArgument.Length..].Trim()}", exception));
        }
        catch (OnnxRuntimeException exception) when (!options.Terminate && _model.Session.SharedAxes.Disagreement(pending.Request) is { } disagreement)
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
            lock (_gate) _current = null;
            if (options.Terminate) options.Terminate = false;
        }
    }
}
