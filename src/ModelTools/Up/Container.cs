namespace InferenceServices.ModelTools.Up;

/// <summary>A container as KServe's controller would hand it to Kubernetes.</summary>
/// <param name="Component">predictor, transformer or explainer.</param>
/// <param name="Image">As the manifest or the runtime names it.</param>
/// <param name="Args">In the controller's order: the runtime's or the author's, then what the controller adds.</param>
/// <param name="Environment">Variables by name.</param>
/// <param name="Models">What is brought for it, each to its place.</param>
/// <param name="Readiness">When it gets requests.</param>
/// <param name="Hardening">How it is confined.</param>
internal sealed record Container(
    string Component,
    string Image,
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<StoredModel> Models,
    Readiness Readiness,
    Hardening Hardening)
{
    /// <summary>Where KServe has models lie.</summary>
    public const string ModelDirectory = "/mnt/models";

    private const string Ours = "inference-services-";

    /// <summary>Where the volume of its models is mounted: the place of the one, or what the places of several are below.</summary>
    public string ModelsMount
    {
        get
        {
            var mount = Models.Count == 0 ? ModelDirectory : Models[0].Path;
            while (!Models.All(model => model.Path == mount || model.Path.StartsWith(mount + "/", StringComparison.Ordinal))) mount = mount[..mount.LastIndexOf('/')];
            return mount;
        }
    }

    /// <summary>Which of our images it is, as <c>storage-initializer</c>, wherever it comes from; null when it is none.</summary>
    public string? OurImage
    {
        get
        {
            var image = Image.Split('/')[^1].Split(':', '@')[0];
            var at = image.IndexOf(Ours, StringComparison.Ordinal);
            return at < 0 ? null : image[(at + Ours.Length)..];
        }
    }

    /// <summary>The last value of a switch, or of the variable of its name.</summary>
    public string? Setting(string name)
    {
        for (var i = Args.Count - 1; i >= 0; i--)
        {
            if (Args[i].StartsWith($"--{name}=", StringComparison.Ordinal)) return Args[i][(name.Length + 3)..];
            if (Args[i] == $"--{name}" && i + 1 < Args.Count) return Args[i + 1];
        }
        return Environment.GetValueOrDefault(name.ToUpperInvariant());
    }
}
