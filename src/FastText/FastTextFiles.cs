namespace InferenceServices.FastText;

/// <summary>File names of a converted fastText model directory.</summary>
public static class FastTextFiles
{
    /// <summary>The graph: <c>ids</c> INT64 [batch, length] → <c>probabilities</c> FP32 [batch, labels].</summary>
    public const string Model = "model.onnx";

    /// <summary>External weights of the graph, only if they are too large for the model file.</summary>
    public const string ModelData = "model.onnx.data";

    /// <summary>Labels in output order, UTF-8, one per line, without the label prefix.</summary>
    public const string Labels = "labels.txt";

    /// <summary>Dictionary words as raw bytes, one per line; line i (from 0) is row i of the embedding.</summary>
    public const string Words = "words.txt";

    /// <summary>Retained hash buckets of a pruned model, decimal, one per line; line i is row <c>words + i</c>. Absent if every bucket has a row.</summary>
    public const string Buckets = "buckets.txt";

    /// <summary><see cref="FastTextTokenizerSettings"/> as JSON. Written last: a directory without it is unfinished.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>Server settings of the graph: no batching.</summary>
    public const string ModelSettings = "model-settings.json";

    /// <summary>All files.</summary>
    public static IReadOnlyCollection<string> All { get; } = [Model, ModelData, Labels, Words, Buckets, Tokenizer, ModelSettings];
}
