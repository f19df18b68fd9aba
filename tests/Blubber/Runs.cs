namespace InferenceServices.Testing.Blubber;

/// <summary>Runtime settings of the application.</summary>
internal sealed class Runs
{
    /// <summary>Whether the application runs as the owner of its files instead of an unprivileged user.</summary>
    public bool? Insecurely { get; set; }

    public Dictionary<string, string> Environment { get; set; } = [];
}
