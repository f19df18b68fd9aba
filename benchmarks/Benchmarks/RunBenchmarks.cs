using BenchmarkDotNet.Attributes;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Benchmarks;

/// <summary>One request through the engine: on the calling thread, and through the queue and an executor.</summary>
public class RunBenchmarks : IDisposable
{
    private readonly RunOptions _options = new();
    private readonly InferRequest _request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 4), [6.8f, 2.8f, 4.8f, 1.4f]));
    private ModelSession _session = null!;
    private ModelRepository _repository = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var directory = Repository.Path("tests/Models/iris-mlp");
        _session = new ModelSession(ModelGraph.Unchanged(Path.Combine(directory, "model.onnx")), intraOpNumThreads: 1);
        _repository = new ModelRepository(Options.Create(new InferenceOptions { ModelDir = directory }), NullLogger<ModelRepository>.Instance, new TestMeters(listens: false));
        _repository.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public void RunOnThisThread()
    {
        foreach (var output in _session.Run(_request, _options, out _)) output.Tensor.Dispose();
    }

    [Benchmark]
    public async Task RunThroughTheQueue()
    {
        using var response = await _repository.InferAsync("model", modelVersion: null, _request, CancellationToken.None);
    }

    public void Dispose()
    {
        _session.Dispose();
        _repository.Dispose();
        _options.Dispose();
        _request.Dispose();
        GC.SuppressFinalize(this);
    }
}
