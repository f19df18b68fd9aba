namespace InferenceServices.FastText;

/// <summary>File names of a converted fastText model directory.</summary>
public static class FastTextFiles
{
    /// <summary>The graph: <c>ids</c> INT64 [batch, length] → <c>probabilities</c> FP32 [batch, labels].</summary>
    public const string Model = "model.onnx";

    /// <summary>Weights of the graph, present only when they are too large to sit inside it.</summary>
    public const string ModelData = "model.onnx.data";

    /// <summary>Labels in output order, UTF-8, one a line, without the label prefix.</summary>
    public const string Labels = "labels.txt";

    /// <summary>Dictionary words as raw bytes, one a line; line i (from 0) is row i of the embedding.</summary>
    public const string Words = "words.txt";

    /// <summary>Hash buckets a pruned model kept, decimal, one a line; line i is row <c>words + i</c>. Absent when every bucket has its row.</summary>
    public const string Buckets = "buckets.txt";

    /// <summary><see cref="FastTextTokenizerSettings"/> as JSON. Written last: a directory without it is unfinished.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>How a server runs the graph: each request alone.</summary>
    public const string ModelSettings = "model-settings.json";

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All { get; } = [Model, ModelData, Labels, Words, Buckets, Tokenizer, ModelSettings];
}
