using System.Diagnostics;
using InferenceServices.Inference.Repository;

namespace InferenceServices.Inference.Batching;

/// <summary>A thread that runs the batches of one model version, so that no request thread blocks in a long run. The thread ends when the model is idle.</summary>
internal sealed class ModelWorker
{
    private readonly ModelVersion _model;

    public ModelWorker(ModelVersion model)
    {
        _model = model;
        // Unsafe: a span that is current during the load does not become the current span of measurements.
        new Thread(Work) { IsBackground = true, Name = $"{model.Metadata.Name}-{model.Version}-worker" }.UnsafeStart();
    }

    private void Work()
    {
        using var runner = new ModelRunner(_model);
        var batch = new List<PendingInference>();
        while (_model.Queue.Dequeue(batch))
        {
            var (references, started) = (batch.Count, Stopwatch.GetTimestamp());
            var completed = runner.Run(batch);
            _model.Queue.EndRun(completed, Stopwatch.GetElapsedTime(started), isWorker: true);
            batch.Clear();
            for (; references > 0; references--) _model.Release();
        }
    }
}
