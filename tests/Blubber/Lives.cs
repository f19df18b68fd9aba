namespace InferenceServices.Testing.Blubber;

/// <summary>Where the application lies.</summary>
internal sealed class Lives
{
    public string? In { get; set; }
}
