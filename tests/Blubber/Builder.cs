namespace InferenceServices.Testing.Blubber;

/// <summary>A command that makes the image, and the files it needs.</summary>
internal sealed class Builder
{
    public Requirements Requirements { get; set; } = [];

    public List<string> Command { get; set; } = [];
}
