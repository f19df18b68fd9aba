namespace InferenceServices.Benchmarks;

/// <summary>Finds files of the checkout from wherever the benchmark runs.</summary>
internal static class Repository
{
    public static string Path(string relative)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(directory, "InferenceServices.sln"))) directory = System.IO.Path.GetDirectoryName(directory)!;
        return System.IO.Path.Combine(directory, relative);
    }
}
