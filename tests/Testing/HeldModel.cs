using System.Diagnostics.Metrics;

namespace InferenceServices.Testing;

/// <summary>A model whose load blocks until the test releases it: in the measurement of its load, before the model is put into service.</summary>
internal sealed class HeldModel : IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly MeterListener _listener = new();

    /// <param name="folder">Directory in which the model is created.</param>
    /// <param name="name">Name of the model; no other test of the process loads a model of this name.</param>
    public HeldModel(TemporaryFolder folder, string name)
    {
        folder.Copy("versioned/1", $"{name}/model.onnx");
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "model_load") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
                if (name.Equals(tag.Value)) _released.Wait();
        });
        _listener.Start();
    }

    /// <summary>Lets the load complete.</summary>
    public void Release() => _released.Set();

    public void Dispose()
    {
        Release();
        _listener.Dispose();
    }
}
