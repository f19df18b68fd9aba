using System.Globalization;

namespace InferenceServices.Configuration;

/// <summary>A command-line switch: <c>--name value</c>. The environment variable of the same name sets the same value.</summary>
/// <param name="Name">Name without the dashes; also the configuration key.</param>
/// <param name="Kind">Kind of its value.</param>
/// <param name="Help">Its line in <c>--help</c> and in <c>docs/configuration.md</c>.</param>
public sealed record Switch(string Name, SwitchKind Kind, string Help)
{
    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase) { "y", "yes", "t", "true", "on", "1" };
    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase) { "n", "no", "f", "false", "off", "0" };

    /// <summary>The values of a <see cref="SwitchKind.Choice"/>, in lower case.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Its environment variable: configuration keys ignore case. Null for a name with dashes, which shells cannot set.</summary>
    public string? EnvironmentVariable => Name.Contains('-', StringComparison.Ordinal) ? null : Name.ToUpperInvariant();

    /// <summary>Checks that a value is of the switch's kind.</summary>
    /// <param name="value">Value from the command line, the environment or a settings file.</param>
    /// <returns>The value as configuration stores it: <c>true</c> or <c>false</c> for a <see cref="SwitchKind.Boolean"/>, else unchanged.</returns>
    /// <exception cref="CommandLineException">The value is of another kind.</exception>
    public string Normalize(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Kind switch
        {
            SwitchKind.Boolean => IsBoolean(value) ? (True.Contains(value) ? "true" : "false") : throw Mismatch("true or false", value),
            SwitchKind.Int32 => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? value : throw Mismatch("a whole number", value),
            SwitchKind.Int64 => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? value : throw Mismatch("a whole number", value),
            SwitchKind.Double => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? value : throw Mismatch("a number", value),
            SwitchKind.Choice => Choices.Contains(value, StringComparer.OrdinalIgnoreCase) ? value : throw Mismatch(string.Join(" or ", Choices), value),
            _ => value,
        };
    }

    /// <summary>Whether a text is one of the words that Python's <c>strtobool</c> reads.</summary>
    internal static bool IsBoolean(string value) => True.Contains(value) || False.Contains(value);

    private CommandLineException Mismatch(string expected, string value) => new($"--{Name} should be {expected}, got '{value}'.");
}
