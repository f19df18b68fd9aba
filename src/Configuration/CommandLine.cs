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

    private static (string Name, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }
}
