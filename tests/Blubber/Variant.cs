namespace InferenceServices.Testing.Blubber;

/// <summary>One of the images a Blubberfile can make.</summary>
internal sealed class Variant : Common
{
    public List<string> Includes { get; set; } = [];

    public List<Copy> Copies { get; set; } = [];

    /// <summary>All it copies, from the build context and from other variants.</summary>
    public IEnumerable<Copy> Sources => Copies.Concat((IEnumerable<Copy>?)Builder?.Requirements ?? []);

    /// <summary>This with another's settings over it.</summary>
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
