using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Languages;

/// <summary>A Python expression, to be written for .NET over a <see cref="WordAlphabet"/>. Supports what word lists use: literals, classes, groups, quantifiers.</summary>
internal sealed class PythonPattern
{
    private const string Operators = ".^$*+?{}()|";
    private const string Classes = "wWsSdDbB";

    private readonly List<Part> _parts = [];

    /// <exception cref="InvalidDataException">The expression has an escape or a class that is not supported.</exception>
    public PythonPattern(string expression)
    {
        int[] codePoints = [.. Enumerate(expression)];
        for (var i = 0; i < codePoints.Length;)
        {
            if (codePoints[i] == '[') _parts.Add(ReadClass(expression, codePoints, ref i));
            else if (codePoints[i] == '\\') _parts.Add(ReadEscape(expression, codePoints, ref i));
            else _parts.Add(IsOperator(codePoints[i]) ? Part.Raw(((char)codePoints[i++]).ToString()) : Part.Of(codePoints[i++]));
        }
    }

    /// <summary>Gets the code points that the expression names.</summary>
    public IEnumerable<int> Named => _parts.SelectMany(static part => part.Members);

    /// <summary>Writes the expression for text that the alphabet has mapped.</summary>
    public string Write(WordAlphabet alphabet)
    {
        var written = new StringBuilder();
        foreach (var part in _parts) part.Write(written, alphabet);
        return written.ToString();
    }

    private static bool IsOperator(int codePoint) => codePoint < 0x80 && Operators.Contains((char)codePoint, StringComparison.Ordinal);

    private static IEnumerable<int> Enumerate(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            yield return CodePoints.At(text, i, out var width);
            i += width;
        }
    }

    private static Part ReadEscape(string expression, int[] codePoints, ref int i)
    {
        if (ReadCode(expression, codePoints, ref i) is { } codePoint) return Part.Of(codePoint);
        return Part.Raw($"\\{(char)codePoints[i++]}");
    }

    // Null for a class such as \w, whose letter is then the next code point.
    private static int? ReadCode(string expression, int[] codePoints, ref int i)
    {
        i++;
        if (i == codePoints.Length) throw new InvalidDataException($"'{expression}' ends with a backslash.");
        var escaped = codePoints[i];
        if (escaped < 0x80 && Classes.Contains((char)escaped, StringComparison.Ordinal)) return null;
        i++;
        if (escaped == 'u' && i + 4 <= codePoints.Length)
        {
            var digits = string.Concat(codePoints[i..(i + 4)].Select(static digit => (char)digit));
            i += 4;
            return int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return escaped < 0x80 && char.IsAsciiLetterOrDigit((char)escaped) ? throw new InvalidDataException($"'{expression}' has the escape \\{(char)escaped}, which is not supported.") : escaped;
    }

    private static Part ReadClass(string expression, int[] codePoints, ref int i)
    {
        i++;
        var isNegated = i < codePoints.Length && codePoints[i] == '^';
        if (isNegated) i++;
        var members = new List<int>();
        var classes = new StringBuilder();
        for (var first = true; i < codePoints.Length && (first || codePoints[i] != ']'); first = false)
        {
            if (ReadMember(expression, codePoints, ref i) is not { } from)
            {
                classes.Append('\\').Append((char)codePoints[i++]);
                continue;
            }
            var to = from;
            if (i + 1 < codePoints.Length && codePoints[i] == '-' && codePoints[i + 1] != ']')
            {
                i++;
                to = ReadMember(expression, codePoints, ref i) ?? throw new InvalidDataException($"'{expression}' has a range that ends with a class.");
            }
            for (var member = from; member <= to; member++) members.Add(member);
        }
        if (i == codePoints.Length) throw new InvalidDataException($"'{expression}' has a class without an end.");
        i++;
        return new Part("", members, isNegated, classes.ToString());
    }

    private static int? ReadMember(string expression, int[] codePoints, ref int i)
        => codePoints[i] == '\\' ? ReadCode(expression, codePoints, ref i) : codePoints[i++];

    /// <summary>An operator, a literal, or a class.</summary>
    private sealed record Part(string Operator, IReadOnlyList<int> Members, bool IsNegated, string Classes)
    {
        public static Part Raw(string text) => new(text, [], false, "");

        public static Part Of(int codePoint) => new("", [codePoint], false, "");

        public void Write(StringBuilder written, WordAlphabet alphabet)
        {
            if (Operator.Length > 0)
            {
                written.Append(Operator);
                return;
            }
            if (Members.Count == 1 && !IsNegated && Classes.Length == 0)
            {
                written.Append(Regex.Escape(alphabet.Of(Members[0]).ToString()));
                return;
            }
            written.Append(IsNegated ? "[^" : "[").Append(Classes);
            foreach (var member in Members.Select(alphabet.Of).Distinct()) written.Append(CultureInfo.InvariantCulture, $"\\u{(int)member:X4}");
            written.Append(']');
        }
    }
}
