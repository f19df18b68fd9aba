namespace InferenceServices.ModelTools.Tests;

/// <summary>What <c>eng/test-data/ensure</c> fetches.</summary>
internal static class TestData
{
    private static readonly string Directory = Path.Combine(Root(), "artifacts", "test-data");

    public static string LanguageIdentifier => Path.Combine(Directory, "lid.176.ftz");

    private static string TextsFile => Path.Combine(Directory, "texts.tsv");

    /// <summary>Why a test that needs the data cannot run; null when it can.</summary>
    public static string? Missing
        => !File.Exists(LanguageIdentifier) || !File.Exists(TextsFile) ? "the test data is absent: run eng/test-data/ensure"
        : !FastTextCli.IsInstalled ? "the program fasttext is not installed: run eng/test-data/ensure"
        : null;

    public static (string Language, string Text)[] Texts()
        => [.. File.ReadLines(TextsFile).Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1]))];

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "InferenceServices.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? AppContext.BaseDirectory;
    }
}
