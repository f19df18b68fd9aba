namespace InferenceServices.Testing.Blubber;

/// <summary>How the application runs.</summary>
internal sealed class Runs
{
    /// <summary>As the owner of the application's files, instead of a user who may change nothing.</summary>
    public bool? Insecurely { get; set; }

    public Dictionary<string, string> Environment { get; set; } = [];
}
