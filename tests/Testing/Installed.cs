namespace InferenceServices.Testing;

/// <summary>Programs of the machine.</summary>
internal static class Installed
{
    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
