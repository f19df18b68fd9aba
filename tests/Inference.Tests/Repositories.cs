using System.Diagnostics.Metrics;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Tests;

/// <summary>Creates loaded repositories and requests for their models.</summary>
internal static class Repositories
{
    /// <summary>Iterations of <c>slow</c> that take minutes: a test finishes only if the run is terminated.</summary>
    public const long Minutes = 1_000_000;

    /// <summary>Timeout that successful operations do not reach.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    public static ModelRepository Of(string model, int queueCapacity = 512, int executors = 1, int maxBatchSize = 32)
        => At(TestModels.PathOf(model), queueCapacity, executors, maxBatchSize);

    public static ModelRepository At(string path, int queueCapacity = 512, int executors = 1, int maxBatchSize = 32)
        => Load(new InferenceOptions { ModelDir = path, QueueCapacity = queueCapacity, Executors = executors, IntraOpNumThreads = 1, MaxBatchSize = maxBatchSize });

    /// <summary>Creates a repository that waits for a full batch.</summary>
    public static ModelRepository WithFullBatches(string model, int maxBatchSize)
        => Load(new InferenceOptions { ModelDir = TestModels.PathOf(model), IntraOpNumThreads = 1, MaxBatchSize = maxBatchSize, MaxLatency = (int)Guard.TotalMilliseconds });

    /// <summary>Creates an empty repository.</summary>
    public static ModelRepository MultiModel(string path) => Load(new InferenceOptions { ModelDir = path, IntraOpNumThreads = 1, MultiModelServer = true });

    private static ModelRepository Load(InferenceOptions options) => Load(options, new TestMeters());

    public static ModelRepository Load(InferenceOptions options, IMeterFactory meters)
    {
        var repository = new ModelRepository(Options.Create(options), NullLogger<ModelRepository>.Instance, meters);
        repository.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
        return repository;
    }

    public static InferRequest Turns(params long[] turns) => InferRequest.Of("turns", Tensor.Of<long>(Datatype.Int64, new Shape(turns.Length), turns));

    public static InferRequest Floats(string name, Shape shape, params float[] values) => InferRequest.Of(name, Tensor.Of<float>(Datatype.Fp32, shape, values));

    public static Task<InferResponse> InferAsync(this ModelRepository repository, InferRequest request, CancellationToken cancellationToken = default)
        => repository.InferAsync("model", null, request, cancellationToken).AsTask();
}
