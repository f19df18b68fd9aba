namespace InferenceServices.Testing.Blubber;

/// <summary>An image of a Blubberfile.</summary>
internal sealed class Variant : Common
{
    public List<string> Includes { get; set; } = [];

    public List<Copy> Copies { get; set; } = [];

    /// <summary>Gets all copies, from the build context and from other variants.</summary>
    public IEnumerable<Copy> Sources => Copies.Concat((IEnumerable<Copy>?)Builder?.Requirements ?? []);

    /// <summary>Returns this variant with the settings of another merged over it.</summary>
    public Variant With(Common other) => new()
    {
        Base = other.Base ?? Base,
        Apt = new() { Packages = [.. Apt.Packages.Union(other.Apt.Packages)] },
        Lives = new() { In = other.Lives.In ?? Lives.In },
        Runs = new() { Insecurely = other.Runs.Insecurely ?? Runs.Insecurely, Environment = new(Runs.Environment.Where(set => !other.Runs.Environment.ContainsKey(set.Key)).Concat(other.Runs.Environment)) },
        Builder = other.Builder ?? Builder,
        Entrypoint = other.Entrypoint ?? Entrypoint,
        Copies = other is Variant variant ? [.. Copies, .. variant.Copies] : Copies,
    };
}
