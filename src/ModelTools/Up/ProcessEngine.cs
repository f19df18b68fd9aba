using System.Diagnostics;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs the published programs in place of the images that hold them.</summary>
/// <param name="programs">Where they lie, a folder for each.</param>
internal sealed class ProcessEngine(string programs) : IEngine
{
    // What a container has of its image, a process has of this machine.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_ROOT_X64", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    public ProcessStartInfo Initializer(Container container, string directory)
    {
        // Credentials are the caller's, as a service account's are in a cluster.
        var start = new ProcessStartInfo(ProgramOf(container), container.Models.SelectMany(model => (model with { Path = directory + model.Path[container.ModelsMount.Length..] }).Arguments));
        foreach (var (name, value) in container.Environment) start.Environment[name] = value;
        return start;
    }

    public ProcessStartInfo Server(Container container, IReadOnlyList<string> differences, string? directory)
    {
        string Local(string text) => directory is null ? text : text.Replace(container.ModelsMount, directory, StringComparison.Ordinal);
        var start = new ProcessStartInfo(ProgramOf(container), [.. container.Args.Select(Local), .. differences]);
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList()) start.Environment.Remove(name);
        start.Environment["ORT_DISABLE_TELEMETRY"] = "1";
        foreach (var (name, value) in container.Environment) start.Environment[name] = Local(value);
        return start;
    }

    private string ProgramOf(Container container)
    {
        if (container.OurImage is not { } image) throw new ModelFileException($"{container.Component}: the image {container.Image} is none of ours; --containers runs it with podman.");
        var name = string.Concat(image.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var path = Directory.Exists(Path.Combine(programs, name)) ? Directory.EnumerateFiles(Path.Combine(programs, name), $"InferenceServices.{name}", SearchOption.AllDirectories).FirstOrDefault() : null;
        return path ?? throw new ModelFileException($"{container.Component}: there is no program for the image {container.Image} in {programs}; run make build, or name the folder with --programs.");
    }
}
