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

internal sealed class Apt
{
    public List<string> Packages { get; set; } = [];
}

/// <summary>Where the application lies.</summary>
internal sealed class Lives
{
    public string? In { get; set; }
}

/// <summary>How the application runs.</summary>
internal sealed class Runs
{
    /// <summary>As the owner of the application's files, instead of a user who may change nothing.</summary>
    public bool? Insecurely { get; set; }

    public Dictionary<string, string> Environment { get; set; } = [];
}

/// <summary>A command that makes the image, and the files it needs.</summary>
internal sealed class Builder
{
    public Requirements Requirements { get; set; } = [];

    public List<string> Command { get; set; } = [];
}
