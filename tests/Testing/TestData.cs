namespace InferenceServices.Testing;

/// <summary>What scripts fetch and prepare for the tests: <c>eng/test-data/ensure</c> and each model's <c>prepare</c>.</summary>
internal static class TestData
{
    private static readonly string Directory = Path.Combine(Checkout.Root, "artifacts", "test-data");

    /// <summary>The file that Debian's fasttext is asked about.</summary>
    public static string LanguageIdentifier => Path.Combine(Directory, "lid.176.ftz");

    /// <summary>The same, converted: what the service langid serves.</summary>
    public static string LangIdModel => Path.Combine(Checkout.Root, "artifacts", "models", "langid");

    /// <summary>Topics by links as Debian's fasttext wrote it.</summary>
    public static string TrainedOutlinkTopicModel => Path.Combine(Checkout.Root, "artifacts", "models", "outlink-topic-model.bin");

    /// <summary>The same, converted: what the service outlink-topic-model serves.</summary>
    public static string OutlinkTopicModel => Path.Combine(Checkout.Root, "artifacts", "models", "outlink-topic-model");

    /// <summary>Why a test that compares the topic model with fasttext cannot run; null when it can.</summary>
    public static string? OutlinkTopicModelMissing
        => !File.Exists(Path.Combine(OutlinkTopicModel, "tokenizer.json")) ? "the model is absent: run models/outlink-topic-model/prepare"
        : !Installed.Has("fasttext") ? "the program fasttext is not installed: run eng/fasttext/ensure"
        : null;

    /// <summary>Why a test that asks a real wiki for links cannot run; null when it can.</summary>
    public static string? WikiOrOutlinkTopicModelMissing
        => !File.Exists(Path.Combine(Checkout.Root, "artifacts", "wiki", "template", "made-of")) ? "MediaWiki is absent: run tests/Wiki/ensure"
        : !File.Exists(Path.Combine(OutlinkTopicModel, "tokenizer.json")) ? "the model is absent: run models/outlink-topic-model/prepare"
        : null;

    /// <summary>Why a test that needs the data cannot run; null when it can.</summary>
    public static string? Missing
        => !File.Exists(LanguageIdentifier) || !File.Exists(TextsFile) ? "the test data is absent: run eng/test-data/ensure"
        : !Installed.Has("fasttext") ? "the program fasttext is not installed: run eng/test-data/ensure"
        : null;

    /// <summary>Why a test that needs the converted model cannot run; null when it can.</summary>
    public static string? LangIdModelMissing
        => File.Exists(Path.Combine(LangIdModel, "tokenizer.json")) ? null : "the model is absent: run models/langid/prepare";

    private static string TextsFile => Path.Combine(Directory, "texts.tsv");

    public static (string Language, string Text)[] Texts()
        => [.. File.ReadLines(TextsFile).Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1]))];
}
