namespace InferenceServices.Testing.Blubber;

internal sealed class Apt
{
    public List<string> Packages { get; set; } = [];
}
