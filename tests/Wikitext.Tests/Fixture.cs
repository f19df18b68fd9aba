namespace InferenceServices.Wikitext.Tests;

/// <summary>Words with reference output of revscoring's libraries.</summary>
internal static class Fixture
{
    /// <summary>Returns the cells of a tab-separated file, line by line.</summary>
    public static string[][] Rows(string name) => [.. File.ReadLines(GoldenRevisions.PathOf(name)).Select(line => line.Split('\t'))];
}
