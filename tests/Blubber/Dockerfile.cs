using System.Text.Json;

namespace InferenceServices.Testing.Blubber;

/// <summary>Converts a variant to a Dockerfile, for machines without BuildKit, which Blubber needs.</summary>
/// <remarks>Blubber 1.8: the phases and users of <c>config/*.go</c> and <c>build/*.go</c>. Not compared with Blubber's output.</remarks>
internal static class Dockerfile
{
    private const string Owner = "65533", Runner = "900";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="file">A valid Blubberfile.</param>
    /// <param name="target">Name of a variant.</param>
    /// <param name="bases">Replacements of unavailable base images, by image name without tag.</param>
    public static string Of(Blubberfile file, string target, IReadOnlyDictionary<string, string> bases)
        => string.Join("\n\n", file.BuildOrder(target).Select(name => string.Join('\n', Stage(name, file.Effective(name), bases)))) + "\n";

    private static IEnumerable<string> Stage(string name, Variant variant, IReadOnlyDictionary<string, string> bases)
    {
        var (directory, tag) = (variant.Lives.In!, variant.Base!.LastIndexOf(':'));
        yield return $"FROM {bases.GetValueOrDefault(variant.Base[..tag], variant.Base)} AS {name}";
        // User root: packages and users.
        yield return "USER 0";
        yield return "ENV HOME=/root";
        if (variant.Apt.Packages.Count > 0)
        {
            yield return "ENV DEBIAN_FRONTEND=noninteractive";
            yield return $"RUN apt-get update && apt-get install -y {string.Join(' ', variant.Apt.Packages.Select(Quoted))} && rm -rf /var/lib/apt/lists/*";
        }
        yield return $"RUN groupadd -o -g {Owner} -r somebody && useradd -l -o -m -d /home/somebody -r -g {Owner} -u {Owner} somebody && mkdir -p {directory} /opt/lib && chown {Owner}:{Owner} {directory} /opt/lib";
        yield return $"RUN groupadd -o -g {Runner} -r runuser && useradd -l -o -m -d /home/runuser -r -g {Runner} -u {Runner} runuser";
        // Owner of the application: its files.
        yield return $"USER {Owner}";
        yield return "ENV HOME=/home/somebody";
        yield return $"WORKDIR {directory}";
        foreach (var (key, value) in variant.Runs.Environment.OrderBy(set => set.Key, StringComparer.Ordinal)) yield return $"ENV {key}={Quoted(value)}";
        if (variant.Builder is { } builder)
        {
            foreach (var copies in builder.Requirements.GroupBy(copy => (copy.From, copy.Destination))) yield return CopyOf(copies.Key.From, copies.Select(copy => copy.Source), copies.Key.Destination);
            yield return $"RUN {string.Join(' ', builder.Command.Select((word, i) => i == 0 ? word : Quoted(word)))}";
        }
        foreach (var copy in variant.Copies) yield return CopyOf(copy.From, [copy.Source], copy.Destination);
        // Unprivileged user: runs the application.
        if (variant.Runs.Insecurely != true)
        {
            yield return $"USER {Runner}";
            yield return "ENV HOME=/home/runuser";
        }
        if (variant.Entrypoint is { } entrypoint) yield return $"ENTRYPOINT {Json(entrypoint)}";
        yield return $"LABEL blubber.variant={name} blubber.version=1.8.0";
    }

    private static string CopyOf(string from, IEnumerable<string> sources, string destination)
        => $"COPY {(from == Copy.Local ? "" : $"--from={from} ")}--chown={Owner}:{Owner} {Json([.. sources, destination])}";

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    private static string Json(List<string> words) => JsonSerializer.Serialize(words, Plain);
}
