namespace InferenceServices.Testing.Blubber;

/// <summary>Folder and owner of the application.</summary>
internal sealed class Lives
{
    public string? In { get; set; }
}
