namespace InferenceServices.Testing;

/// <summary>The source tree of the tests.</summary>
internal static class Checkout
{
    /// <summary>Gets the root directory, which contains the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Gets the path of a file or directory in the tree.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "InferenceServices.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? AppContext.BaseDirectory;
    }
}
