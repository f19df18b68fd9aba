using System.Diagnostics;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs the published programs as processes, without images.</summary>
/// <param name="programs">Folder with one subfolder for each program.</param>
internal sealed class ProcessRuntime(string programs) : IContainerRuntime
{
    // A container gets these from its image.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_ROOT_X64", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    public ProcessStartInfo Initializer(Container container, string directory)
    {
        // Credentials come from this process's environment; in a cluster they come from the service account.
        var start = new ProcessStartInfo(ProgramOf(container), container.Models.SelectMany(model => (model with { Path = directory + model.Path[container.ModelsMount.Length..] }).Arguments));
        foreach (var (name, value) in container.Environment) start.Environment[name] = value;
        return start;
    }

    public ProcessStartInfo Server(Container container, IReadOnlyList<string> localOverrides, string? directory)
    {
        string Local(string text) => directory is null ? text : text.Replace(container.ModelsMount, directory, StringComparison.Ordinal);
        var start = new ProcessStartInfo(ProgramOf(container), [.. container.Args.Select(Local), .. localOverrides]);
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList()) start.Environment.Remove(name);
        start.Environment["ORT_DISABLE_TELEMETRY"] = "1";
        foreach (var (name, value) in container.Environment) start.Environment[name] = Local(value);
        return start;
    }

    private string ProgramOf(Container container)
    {
        if (container.ProjectImage is not { } image) throw new ModelFileException($"{container.Component}: the image {container.Image} does not belong to this project; run it with --containers (podman).");
        var name = string.Concat(image.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var path = Directory.Exists(Path.Combine(programs, name))
            // The native program if it is built: scripts/build-native.
            ? Directory.EnumerateFiles(Path.Combine(programs, name), $"InferenceServices.{name}", SearchOption.AllDirectories).MaxBy(static file => file.Contains("/native/", StringComparison.Ordinal))
            : null;
        return path ?? throw new ModelFileException($"{container.Component}: {programs} has no program for the image {container.Image}; run make build, or set --programs.");
    }
}
