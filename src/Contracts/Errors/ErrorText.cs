using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace InferenceServices.Contracts.Errors;

/// <summary>The text of an error. Each interpolated value is at most <see cref="ShortText.MaxLength"/> characters long, because it may be text of a client.</summary>
[InterpolatedStringHandler]
public readonly struct ErrorText
{
    private readonly StringBuilder _text;

    /// <summary>Creates an empty text; called by the compiler for an interpolated string.</summary>
    /// <param name="literalLength">Number of constant characters.</param>
    /// <param name="formattedCount">Number of interpolated values.</param>
    public ErrorText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + 16 * formattedCount);

    /// <summary>Creates a complete text.</summary>
    /// <param name="text">The text, used unchanged.</param>
    public ErrorText(string text) => _text = new StringBuilder(text);

    /// <summary>Appends a constant.</summary>
    /// <param name="value">The constant.</param>
    public void AppendLiteral(string value) => _text.Append(value);

    /// <summary>Appends a value, shortened if it is long.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">Format of the value; null for the default.</param>
    public void AppendFormatted<T>(T value, string? format = null)
        => _text.Append(ShortText.Of((value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString()) ?? ""));

    /// <summary>Returns the text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text?.ToString() ?? "";

    /// <summary>Converts a complete text.</summary>
    /// <param name="text">The text, used unchanged.</param>
    public static implicit operator ErrorText(string text) => new(text);
}
