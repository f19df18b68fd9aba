using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Configuration;

/// <summary>The configured values of switches, read by name and kind.</summary>
public readonly struct SwitchValues
{
    private readonly IConfiguration _configuration;

    internal SwitchValues(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Reads a text.</summary>
    /// <param name="name">The switch.</param>
    /// <param name="fallback">Result for a switch without a value.</param>
    [return: NotNullIfNotNull(nameof(fallback))]
    public string? Read(string name, string? fallback) => _configuration[name] ?? fallback;

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <exception cref="CommandLineException">The value is neither true nor false.</exception>
    public bool Read(string name, bool fallback) => Value(name, SwitchKind.Boolean) is { } value ? value == "true" : fallback;

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <exception cref="CommandLineException">The value is not a whole number of 32 bits.</exception>
    public int Read(string name, int fallback)
        => Value(name, SwitchKind.Int32) is { } value ? int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : fallback;

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <exception cref="CommandLineException">The value is not a whole number of 64 bits.</exception>
    public long Read(string name, long fallback)
        => Value(name, SwitchKind.Int64) is { } value ? long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : fallback;

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <exception cref="CommandLineException">The value is not a number.</exception>
    public double Read(string name, double fallback)
        => Value(name, SwitchKind.Double) is { } value ? double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture) : fallback;

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <typeparam name="T">An enumeration.</typeparam>
    /// <exception cref="CommandLineException">The value is not a name of the enumeration.</exception>
    public T Read<T>(string name, T fallback)
        where T : struct, Enum
    {
        if (_configuration[name] is not { } value) return fallback;
        var choices = Enum.GetNames<T>();
        var index = Array.FindIndex(choices, choice => choice.Equals(value, StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? Enum.Parse<T>(choices[index])
            : throw new CommandLineException($"--{name} should be {string.Join(" or ", choices).ToLowerInvariant()}, got '{value}'.");
    }

    private string? Value(string name, SwitchKind kind) => _configuration[name] is { } value ? new Switch(name, kind, "").Normalize(value) : null;
}
