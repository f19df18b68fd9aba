using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Runs a converted model. The only place in these tests that knows a runtime.</summary>
internal static class OnnxGraph
{
    private static readonly string[] Inputs = ["ids"], Outputs = ["probabilities"];

    /// <param name="modelDirectory">Holds model.onnx.</param>
    /// <param name="ids">INT64 [texts][rows]; texts of one batch are padded with -1 to the longest.</param>
    /// <param name="batch">Texts in one run.</param>
    /// <returns>FP32 [texts][labels].</returns>
    public static float[][] Run(string modelDirectory, IReadOnlyList<long[]> ids, int batch = 16)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(Path.Combine(modelDirectory, "model.onnx"), options);
        using var runOptions = new RunOptions();
        var results = new List<float[]>(ids.Count);
        for (var first = 0; first < ids.Count; first += batch)
        {
            var texts = ids.Skip(first).Take(batch).ToArray();
            var length = texts.Max(text => text.Length);
            var padded = new long[texts.Length * length];
            Array.Fill(padded, -1);
            for (var i = 0; i < texts.Length; i++)
                texts[i].CopyTo(padded, i * length);

            using var input = OrtValue.CreateTensorValueFromMemory(padded, [texts.Length, length]);
            using var outputs = session.Run(runOptions, Inputs, [input], Outputs);
            results.AddRange(outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk((int)outputs[0].GetTensorTypeAndShape().Shape[1]));
        }
        return [.. results];
    }
}
