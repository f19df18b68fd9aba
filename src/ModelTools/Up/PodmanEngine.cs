using System.Diagnostics;
using System.Globalization;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs the images with podman, on this machine's own network, confined as the manifest says.</summary>
/// <param name="linked">A folder models are linked from instead of copied; containers see it at the same place.</param>
internal sealed class PodmanEngine(string? linked) : IEngine
{
    public ProcessStartInfo Initializer(Container container, string directory)
        => Run(container, container.Args, ["--volume", $"{directory}:{container.ModelsMount}"], inherit: true);

    public ProcessStartInfo Server(Container container, IReadOnlyList<string> differences, string? directory)
        => Run(container, [.. container.Args, .. differences], directory is null ? [] : ["--volume", $"{directory}:{container.ModelsMount}:ro"], inherit: false);

    private ProcessStartInfo Run(Container container, IReadOnlyList<string> args, IReadOnlyList<string> volumes, bool inherit)
    {
        List<string> podman = ["run", "--rm", "--network=host", "--pull=missing", .. volumes];
        if (linked is not null) podman.AddRange(["--volume", $"{linked}:{linked}:ro"]);
        var hardening = container.Hardening;
        if (hardening.MemoryBytes is { } memory) podman.Add(string.Create(CultureInfo.InvariantCulture, $"--memory={memory}b"));
        if (hardening.Cpus is { } cpus) podman.Add(string.Create(CultureInfo.InvariantCulture, $"--cpus={cpus}"));
        if (hardening.ReadOnly) podman.AddRange(["--read-only", "--read-only-tmpfs=false"]);
        if (hardening.DropsAll) podman.Add("--cap-drop=all");
        if (hardening.NoNewPrivileges) podman.Add("--security-opt=no-new-privileges");
        if (hardening.User is { } user) podman.Add($"--user={user}");
        // Only names of credentials stand on the command line: podman takes their values from here.
        if (inherit) foreach (var prefix in (string[])["AWS_", "S3_", "AZURE_", "HF_", "GOOGLE_APPLICATION_CREDENTIALS", "STORAGE_"]) podman.Add($"--env={prefix}*");
        foreach (var name in container.Environment.Keys) podman.Add($"--env={name}");
        var start = new ProcessStartInfo("podman", [.. podman, container.Image, .. args]);
        foreach (var (name, value) in container.Environment) start.Environment[name] = value;
        return start;
    }
}
