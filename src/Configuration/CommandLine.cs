namespace InferenceServices.Configuration;

/// <summary>
/// Reads switches as KServe's server does: <c>--a=b</c> and <c>--a b</c>, a Boolean switch may have no value, the last value wins, and
/// unknown switches are ignored, because the controller appends switches without knowing the server.
/// </summary>
/// <remarks>KServe Python SDK, <c>model_server.py</c>: <c>argparse.parse_known_args</c> and its <c>strtobool</c>.</remarks>
internal static class CommandLine
{
    /// <summary>Whether a command line requests help.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <returns>True for <c>--help</c> or <c>-h</c>.</returns>
    public static bool RequestsHelp(IEnumerable<string> args) => args.Any(arg => arg is "--help" or "-h");

    /// <summary>Whether a command line requests the version.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <returns>True for <c>--version</c>.</returns>
    public static bool RequestsVersion(IEnumerable<string> args) => args.Any(arg => arg is "--version");

    /// <summary>Describes the unknown switches of a command line, with the most similar known switch.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="switches">The known switches.</param>
    public static IEnumerable<string> DescribeUnknown(IEnumerable<string> args, IReadOnlyList<Switch> switches)
    {
        foreach (var name in args.Where(arg => arg.StartsWith("--", StringComparison.Ordinal)).Select(arg => Split(arg[2..]).Name).Where(name => name.Length > 0).Distinct())
        {
            if (switches.Any(known => known.Name == name)) continue;
            var nearest = switches.MinBy(known => Distance(name, known.Name))?.Name;
            // Similar: at most one change in three characters.
            yield return nearest is not null && Distance(name, nearest) * 3 <= name.Length
                ? $"The unknown switch --{name} is ignored; the most similar switch is --{nearest}."
                : $"The unknown switch --{name} is ignored.";
        }
    }

    /// <summary>Reads the known switches of a command line.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="switches">The known switches.</param>
    /// <returns>Configuration keys and values; Boolean values as <c>true</c> and <c>false</c>.</returns>
    /// <exception cref="CommandLineException">A switch lacks its value or has one of the wrong kind.</exception>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> args, IReadOnlyList<Switch> switches)
    {
        ArgumentNullException.ThrowIfNull(args);
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) continue;
            var (name, value) = Split(args[i][2..]);
            if (switches.FirstOrDefault(known => known.Name == name) is not { } known) continue;

            var next = i + 1 < args.Count ? args[i + 1] : null;
            if (value is null && known.Kind == SwitchKind.Boolean && (next is null || !Switch.IsBoolean(next))) value = "true";
            else if (value is null && next is not null && !next.StartsWith("--", StringComparison.Ordinal)) { value = next; i++; }
            values[name] = known.Normalize(value ?? throw new CommandLineException($"--{name} needs a value."));
        }
        return values;
    }

    // Levenshtein: insertions, deletions and replacements. Case and the kind of dash do not count.
    private static int Distance(string first, string second)
    {
        var (a, b) = (Simplify(first), Simplify(second));
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];

        // A long argument is not similar to a switch.
        static string Simplify(string name) => (name.Length > 64 ? name[..64] : name).ToLowerInvariant().Replace('-', '_');
    }

    private static (string Name, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }
}
