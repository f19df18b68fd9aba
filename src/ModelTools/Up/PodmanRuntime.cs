using System.Diagnostics;
using System.Globalization;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs images with podman on the host network, with the limits of the manifest.</summary>
/// <param name="modelFolder">Local folder to which downloaded models link; mounted at the same path in the containers. Null if models are copied.</param>
internal sealed class PodmanRuntime(string? modelFolder) : IContainerRuntime
{
    public ProcessStartInfo Initializer(Container container, string directory)
        => Run(container, container.Args, ["--volume", $"{directory}:{container.ModelsMount}"], inheritCredentials: true);

    public ProcessStartInfo Server(Container container, IReadOnlyList<string> localOverrides, string? directory)
        => Run(container, [.. container.Args, .. localOverrides], directory is null ? [] : ["--volume", $"{directory}:{container.ModelsMount}:ro"], inheritCredentials: false);

    private ProcessStartInfo Run(Container container, IReadOnlyList<string> args, IReadOnlyList<string> volumes, bool inheritCredentials)
    {
        List<string> podman = ["run", "--rm", "--network=host", "--pull=missing", .. volumes];
        if (modelFolder is not null) podman.AddRange(["--volume", $"{modelFolder}:{modelFolder}:ro"]);
        var limits = container.Limits;
        if (limits.MemoryBytes is { } memory) podman.Add(string.Create(CultureInfo.InvariantCulture, $"--memory={memory}b"));
        if (limits.Cpus is { } cpus) podman.Add(string.Create(CultureInfo.InvariantCulture, $"--cpus={cpus}"));
        if (limits.ReadOnlyRootFilesystem) podman.AddRange(["--read-only", "--read-only-tmpfs=false"]);
        if (limits.DropAllCapabilities) podman.Add("--cap-drop=all");
        if (limits.NoNewPrivileges) podman.Add("--security-opt=no-new-privileges");
        if (limits.User is { } user) podman.Add($"--user={user}");
        // The command line holds names only: podman reads the values of credentials from this process's environment.
        if (inheritCredentials) foreach (var prefix in (string[])["AWS_", "S3_", "AZURE_", "HF_", "GOOGLE_APPLICATION_CREDENTIALS", "STORAGE_"]) podman.Add($"--env={prefix}*");
        foreach (var name in container.Environment.Keys) podman.Add($"--env={name}");
        var start = new ProcessStartInfo("podman", [.. podman, container.Image, .. args]);
        foreach (var (name, value) in container.Environment) start.Environment[name] = value;
        return start;
    }
}
