namespace InferenceServices.Testing.Blubber;

/// <summary>What may stand in a variant and at the top of a Blubberfile.</summary>
internal class Common
{
    public string? Base { get; set; }

    public Apt Apt { get; set; } = new();

    public Lives Lives { get; set; } = new();

    public Runs Runs { get; set; } = new();

    public Builder? Builder { get; set; }

    public List<string>? Entrypoint { get; set; }
}
