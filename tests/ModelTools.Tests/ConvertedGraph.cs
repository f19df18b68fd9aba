using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Runs a model with FP64 features as a server would.</summary>
internal static class ConvertedGraph
{
    /// <param name="directory">Directory with model.onnx.</param>
    /// <param name="values">Shape [rows, features].</param>
    /// <param name="rows">Number of rows.</param>
    public static InferResponse Run(string directory, double[] values, int rows)
    {
        using var repository = new ModelRepository(
            Options.Create(new InferenceOptions { ModelDir = directory, IntraOpNumThreads = 1 }), NullLogger<ModelRepository>.Instance, new TestMeters());
        repository.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
        using var request = InferRequest.Of("features", Tensor.Of<double>(Datatype.Fp64, new Shape(rows, values.Length / rows), values));
        return repository.InferAsync("model", modelVersion: null, request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
