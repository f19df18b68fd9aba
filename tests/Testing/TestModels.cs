namespace InferenceServices.Testing;

/// <summary>The models of <c>tests/Models</c>.</summary>
internal static class TestModels
{
    private static readonly string Folder = Checkout.PathOf(Path.Combine("tests", "Models"));

    /// <summary>Paths of all valid models, relative to the directory; <c>versioned</c> as its two versions.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "batch-of-one", "centred", "cut", "datatypes", "division", "embedding", "empty-loop", "external", "fixed", "free", "gru", "image-mean", "iris-mlp", "lstm-time-first", "mixed",
        "no-inputs", "optional-output", "overridable", "scalar", "slow", "string-input", "string-normalizer", "tree-ensemble", "tree-regressor", "value-sizes", "versioned/1", "versioned/2",
        "zipmap", "zipmap-integers",
    ];

    public static string PathOf(string name) => Path.Combine(Folder, name);
}
