namespace InferenceServices.Testing.Blubber;

/// <summary>Keys of a variant and of the top level of a Blubberfile.</summary>
internal class Common
{
    public string? Base { get; set; }

    public Apt Apt { get; set; } = new();

    public Lives Lives { get; set; } = new();

    public Runs Runs { get; set; } = new();

    public Builder? Builder { get; set; }

    public List<string>? Entrypoint { get; set; }
}
