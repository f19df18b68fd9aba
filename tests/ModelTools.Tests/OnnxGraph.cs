using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Runs a converted model as a server would.</summary>
internal static class OnnxGraph
{
    /// <param name="modelDirectory">Directory with model.onnx.</param>
    /// <param name="ids">INT64 [texts][rows]; texts of a batch are padded with -1 to the longest.</param>
    /// <param name="batch">Batch size.</param>
    /// <returns>FP32 [texts][labels].</returns>
    public static float[][] Run(string modelDirectory, IReadOnlyList<long[]> ids, int batch = 16)
    {
        using var repository = new ModelRepository(
            Options.Create(new InferenceOptions { ModelDir = modelDirectory, IntraOpNumThreads = 1 }), NullLogger<ModelRepository>.Instance, new TestMeters());
        repository.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
        var results = new List<float[]>(ids.Count);
        for (var first = 0; first < ids.Count; first += batch)
        {
            var texts = ids.Skip(first).Take(batch).ToArray();
            var length = texts.Max(text => text.Length);
            var padded = new long[texts.Length * length];
            Array.Fill(padded, -1);
            for (var i = 0; i < texts.Length; i++)
                texts[i].CopyTo(padded, i * length);

            using var request = InferRequest.Of("ids", Tensor.Of<long>(Datatype.Int64, new Shape(texts.Length, length), padded));
            using var response = repository.InferAsync("model", modelVersion: null, request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var probabilities = response["probabilities"];
            results.AddRange(probabilities.Values<float>().ToArray().Chunk((int)probabilities.Shape[1]));
        }
        return [.. results];
    }
}
