using System.Globalization;
using System.Text;

namespace InferenceServices.Inference.Repository;

/// <summary>A message in protobuf's text format. Google.Protobuf for C# cannot parse the format.</summary>
/// <remarks>https://protobuf.dev/reference/protobuf/textformat-spec. Extension names and any expansions are not supported.</remarks>
internal sealed class TextFormat
{
    private const int MaxDepth = 32;

    private readonly List<(string Name, string? Text, TextFormat? Message)> _fields = [];

    /// <summary>The fields in the order of the text; scalars have no message.</summary>
    public IEnumerable<(string Name, TextFormat? Message)> Fields => _fields.Select(static item => (item.Name, item.Message));

    /// <summary>Parses a message.</summary>
    /// <exception cref="FormatException">The text is not a message; the error has the line.</exception>
    public static TextFormat Parse(string text)
    {
        var reader = new Reader(text);
        return reader.ReadMessage(end: '\0', depth: 0);
    }

    /// <summary>Returns the scalar values of a field.</summary>
    public IEnumerable<string> Texts(string name) => _fields.Where(field => field.Name == name && field.Text is not null).Select(field => field.Text!);

    /// <summary>Returns the messages of a field.</summary>
    public IEnumerable<TextFormat> Messages(string name) => _fields.Where(field => field.Name == name && field.Message is not null).Select(field => field.Message!);

    private ref struct Reader(string text)
    {
        private int _at;

        /// <param name="end">The closing bracket; NUL for the end of the text.</param>
        /// <param name="depth">Number of enclosing messages.</param>
        public TextFormat ReadMessage(char end, int depth)
        {
            if (depth > MaxDepth) throw Error($"at most {MaxDepth} nested messages");
            var message = new TextFormat();
            while (true)
            {
                SkipSpace();
                if (Peek() == end)
                {
                    if (end != '\0') _at++;
                    return message;
                }
                var name = ReadWord();
                SkipSpace();
                if (TryTake(':')) SkipSpace();
                if (TryTake('[')) ReadList(message, name, depth);
                else ReadValue(message, name, depth);
                SkipSpace();
                _ = TryTake(',') || TryTake(';');
            }
        }

        private void ReadList(TextFormat message, string name, int depth)
        {
            SkipSpace();
            while (!TryTake(']'))
            {
                ReadValue(message, name, depth);
                SkipSpace();
                if (TryTake(',')) SkipSpace();
                else if (Peek() != ']') throw Error("',' or ']'");
            }
        }

        private void ReadValue(TextFormat message, string name, int depth)
        {
            if (TryTake('{')) message._fields.Add((name, null, ReadMessage('}', depth + 1)));
            else if (TryTake('<')) message._fields.Add((name, null, ReadMessage('>', depth + 1)));
            else if (Peek() is '"' or '\'') message._fields.Add((name, ReadStrings(), null));
            else message._fields.Add((name, ReadWord(), null));
        }

        // Adjacent strings are concatenated.
        private string ReadStrings()
        {
            var bytes = new List<byte>();
            while (Peek() is '"' or '\'')
            {
                ReadString(bytes);
                SkipSpace();
            }
            return Encoding.UTF8.GetString([.. bytes]);
        }

        private void ReadString(List<byte> bytes)
        {
            var quote = text[_at++];
            var start = _at;
            while (Peek() != quote)
            {
                if (Peek() is '\0' or '\n') throw Error("the end of a string");
                if (Peek() != '\\')
                {
                    _at++;
                    continue;
                }
                bytes.AddRange(Encoding.UTF8.GetBytes(text[start.._at]));
                _at++;
                bytes.Add(ReadEscape());
                start = _at;
            }
            bytes.AddRange(Encoding.UTF8.GetBytes(text[start.._at]));
            _at++;
        }

        private byte ReadEscape()
        {
            var escape = Peek();
            _at++;
            switch (escape)
            {
                case 'n': return (byte)'\n';
                case 't': return (byte)'\t';
                case 'r': return (byte)'\r';
                case '\\' or '"' or '\'' or '?': return (byte)escape;
                case 'x' or 'X': return ReadNumber(16, 2);
                case >= '0' and <= '7':
                    _at--;
                    return ReadNumber(8, 3);
                default: throw Error("a known escape in a string");
            }
        }

        private byte ReadNumber(int radix, int maxDigits)
        {
            var (value, digits) = (0, 0);
            for (; digits < maxDigits && int.TryParse([Peek()], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) && digit < radix; digits++, _at++)
                value = (value * radix) + digit;
            return digits > 0 ? (byte)value : throw Error("digits of an escape in a string");
        }

        private string ReadWord()
        {
            var start = _at;
            while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '-' or '+' or '.') _at++;
            return _at > start ? text[start.._at] : throw Error("a name or a value");
        }

        private void SkipSpace()
        {
            for (; _at < text.Length; _at++)
            {
                if (text[_at] == '#') _at = text.IndexOf('\n', _at) is >= 0 and var end ? end : text.Length - 1;
                else if (!char.IsWhiteSpace(text[_at])) return;
            }
        }

        private readonly char Peek() => _at < text.Length ? text[_at] : '\0';

        private bool TryTake(char expected)
        {
            if (Peek() != expected) return false;
            _at++;
            return true;
        }

        private readonly FormatException Error(string expected)
            => new($"expected {expected} in line {text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n') + 1}");
    }
}
