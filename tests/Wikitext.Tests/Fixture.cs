namespace InferenceServices.Wikitext.Tests;

/// <summary>Words with what revscoring's libraries made of them.</summary>
internal static class Fixture
{
    /// <summary>The cells of a tab separated file, line by line.</summary>
    public static string[][] Rows(string name) => [.. File.ReadLines(GoldenRevisions.PathOf(name)).Select(line => line.Split('\t'))];
}
