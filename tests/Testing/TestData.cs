namespace InferenceServices.Testing;

/// <summary>Test data created by <c>eng/test-data/ensure</c> and the <c>prepare</c> script of each model.</summary>
internal static class TestData
{
    public const string FastTextMissing = "the test data or the program fasttext is absent: run eng/test-data/ensure";
    public const string LangIdModelMissing = "the model is absent: run models/langid/prepare";
    public const string OutlinkTopicModelMissing = "the model or the program fasttext is absent: run models/outlink-topic-model/prepare and eng/fasttext/ensure";
    public const string WikiAndOutlinkTopicModelMissing = "MediaWiki or the model is absent: run tests/Wiki/ensure and models/outlink-topic-model/prepare";

    private static readonly string Directory = Path.Combine(Checkout.Root, "artifacts", "test-data");

    /// <summary>Model file for Debian's fasttext.</summary>
    public static string LanguageIdentifier => Path.Combine(Directory, "lid.176.ftz");

    /// <summary>The converted model, which the service langid serves.</summary>
    public static string LangIdModel => Path.Combine(Checkout.Root, "artifacts", "models", "langid");

    /// <summary>Topic model by links, in the format of fastText.</summary>
    public static string TrainedOutlinkTopicModel => Path.Combine(Checkout.Root, "artifacts", "models", "outlink-topic-model.bin");

    /// <summary>The converted model, which the service outlink-topic-model serves.</summary>
    public static string OutlinkTopicModel => Path.Combine(Checkout.Root, "artifacts", "models", "outlink-topic-model");

    /// <summary>Whether the topic model is prepared and Debian's fasttext is installed.</summary>
    public static bool HasOutlinkTopicModel => File.Exists(Path.Combine(OutlinkTopicModel, "tokenizer.json")) && Installed.Has("fasttext");

    /// <summary>Whether MediaWiki is installed and the topic model is prepared.</summary>
    public static bool HasWikiAndOutlinkTopicModel
        => File.Exists(Path.Combine(Checkout.Root, "artifacts", "wiki", "template", "made-of")) && File.Exists(Path.Combine(OutlinkTopicModel, "tokenizer.json"));

    /// <summary>Whether fastText's model, the texts and Debian's fasttext are installed.</summary>
    public static bool HasFastText => File.Exists(LanguageIdentifier) && File.Exists(TextsFile) && Installed.Has("fasttext");

    /// <summary>Whether the language identifier is prepared.</summary>
    public static bool HasLangIdModel => File.Exists(Path.Combine(LangIdModel, "tokenizer.json"));

    private static string TextsFile => Path.Combine(Directory, "texts.tsv");

    public static (string Language, string Text)[] Texts()
        => [.. File.ReadLines(TextsFile).Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1]))];
}
