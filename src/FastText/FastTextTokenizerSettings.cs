namespace InferenceServices.FastText;

/// <summary>Tokenizer settings besides the dictionary: the content of <c>tokenizer.json</c>.</summary>
/// <remarks>Source: fastText 0.9.2, Args; the names in JSON are fastText's option names.</remarks>
public sealed record FastTextTokenizerSettings
{
    /// <summary>The prefix fastText assumes when it reads a model: the model file does not record another.</summary>
    public const string DefaultLabelPrefix = "__label__";

    /// <summary>Shortest subword, in code points, brackets included. 0 behaves as 1.</summary>
    public required int Minn { get; init; }

    /// <summary>Longest subword, in code points, brackets included. 0 turns subwords off.</summary>
    public required int Maxn { get; init; }

    /// <summary>Number of hash buckets shared by subwords and word n-grams. 0 when the model has neither.</summary>
    public required int Bucket { get; init; }

    /// <summary>Longest word n-gram, in words. 1 or less turns them off.</summary>
    public required int WordNgrams { get; init; }

    /// <summary>Label prefix in fastText, which <c>labels.txt</c> omits. Empty if labels are written in full.</summary>
    public string LabelPrefix { get; init; } = DefaultLabelPrefix;

    /// <summary>Lines of <c>words.txt</c>.</summary>
    public int Words { get; init; }

    /// <summary>Lines of <c>labels.txt</c>; columns of the output.</summary>
    public int Labels { get; init; }

    /// <summary>Lines of <c>buckets.txt</c>; null if the model is not pruned.</summary>
    public int? Buckets { get; init; }
}
