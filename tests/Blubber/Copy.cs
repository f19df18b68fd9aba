namespace InferenceServices.Testing.Blubber;

/// <summary>Files copied from the build context or from another variant.</summary>
internal sealed class Copy
{
    public const string Local = "local";

    public string From { get; set; } = "";

    public string Source { get; set; } = "";

    public string Destination { get; set; } = "";
}
