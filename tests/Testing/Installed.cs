namespace InferenceServices.Testing;

/// <summary>Finds installed programs.</summary>
internal static class Installed
{
    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
