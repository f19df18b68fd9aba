using System.Globalization;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>
/// Reads switches as KServe's server does: <c>--a=b</c> and <c>--a b</c>, a truth switch may stand alone, the last one wins, and what is
/// not known is ignored, because the controller appends switches blindly.
/// </summary>
/// <remarks>KServe Python SDK, <c>model_server.py</c>: <c>argparse.parse_known_args</c> and its <c>strtobool</c>.</remarks>
public static class CommandLine
{
    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase) { "y", "yes", "t", "true", "on", "1" };
    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase) { "n", "no", "f", "false", "off", "0" };

    /// <summary>Whether the caller asks what there is.</summary>
    /// <param name="args">As given to the program.</param>
    /// <returns>True for <c>--help</c> or <c>-h</c>.</returns>
    public static bool AsksForHelp(IEnumerable<string> args) => args.Any(arg => arg is "--help" or "-h");

    /// <summary>The known switches of a command line.</summary>
    /// <param name="args">As given to the program.</param>
    /// <param name="switches">The known ones.</param>
    /// <returns>Configuration keys and values; truth values as <c>true</c> and <c>false</c>.</returns>
    /// <exception cref="CommandLineException">A switch lacks its value or has one of the wrong kind.</exception>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> args, IReadOnlyList<Switch> switches)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) continue;
            var (name, value) = Split(args[i][2..]);
            if (switches.FirstOrDefault(known => known.Name == name) is not { } known) continue;

            var next = i + 1 < args.Count ? args[i + 1] : null;
            if (value is null && known.Type == typeof(bool) && (next is null || !IsTruth(next))) value = "true";
            else if (value is null && next is not null && !next.StartsWith("--", StringComparison.Ordinal)) { value = next; i++; }
            values[name] = Check(known, value ?? throw new CommandLineException($"--{name} needs a value."));
        }
        return values;
    }

    private static (string Name, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }

    private static string Check(Switch known, string value)
    {
        if (known.Type == typeof(bool))
        {
            return IsTruth(value)
                ? (True.Contains(value) ? "true" : "false")
                : throw new CommandLineException($"--{known.Name} should be true or false, got '{value}'.");
        }
        if (known.Type.IsEnum && !Enum.GetNames(known.Type).Contains(value, StringComparer.OrdinalIgnoreCase))
            throw new CommandLineException($"--{known.Name} should be {string.Join(" or ", Enum.GetNames(known.Type)).ToLowerInvariant()}, got '{value}'.");
        if ((known.Type == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            || (known.Type == typeof(long) && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            throw new CommandLineException($"--{known.Name} should be a whole number, got '{value}'.");
        if (known.Type == typeof(double) && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            throw new CommandLineException($"--{known.Name} should be a number, got '{value}'.");
        return value;
    }

    private static bool IsTruth(string value) => True.Contains(value) || False.Contains(value);
}
