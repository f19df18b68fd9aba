namespace InferenceServices.Testing.Blubber;

/// <summary>A build command and its required files.</summary>
internal sealed class Builder
{
    public Requirements Requirements { get; set; } = [];

    public List<string> Command { get; set; } = [];
}
