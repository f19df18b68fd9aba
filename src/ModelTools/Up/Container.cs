namespace InferenceServices.ModelTools.Up;

/// <summary>A container as KServe's controller would request it from Kubernetes.</summary>
/// <param name="Component">predictor, transformer or explainer.</param>
/// <param name="Image">Image name of the manifest or of the serving runtime.</param>
/// <param name="Args">Arguments in the controller's order: first those of the runtime and the manifest, then those that the controller adds.</param>
/// <param name="Environment">Variables by name.</param>
/// <param name="Models">Models to download, each with its path in the container.</param>
/// <param name="Readiness">Readiness probe.</param>
/// <param name="Limits">Resource limits and security context.</param>
internal sealed record Container(
    string Component,
    string Image,
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<StoredModel> Models,
    Readiness Readiness,
    ContainerLimits Limits)
{
    /// <summary>KServe's default mount path of models.</summary>
    public const string ModelDirectory = "/mnt/models";

    private const string ImagePrefix = "inference-services-";

    /// <summary>Gets the mount path of the model volume: the path of a single model, or the common parent of several.</summary>
    public string ModelsMount
    {
        get
        {
            var mount = Models.Count == 0 ? ModelDirectory : Models[0].Path;
            while (!Models.All(model => model.Path == mount || model.Path.StartsWith(mount + "/", StringComparison.Ordinal))) mount = mount[..mount.LastIndexOf('/')];
            return mount;
        }
    }

    /// <summary>Gets the name of this project's image without registry, prefix and tag, for example <c>storage-initializer</c>; null for other images.</summary>
    public string? ProjectImage
    {
        get
        {
            var image = Image.Split('/')[^1].Split(':', '@')[0];
            var at = image.IndexOf(ImagePrefix, StringComparison.Ordinal);
            return at < 0 ? null : image[(at + ImagePrefix.Length)..];
        }
    }

    /// <summary>Returns the last value of a switch, or of the environment variable with the same name.</summary>
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
