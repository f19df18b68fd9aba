using System.Globalization;

namespace InferenceServices.Wikitext.Characters;

/// <summary>Code point properties of Python 3.11, from <c>python311.txt</c>.</summary>
internal static class CharacterTable
{
    public const byte Word = 1;
    public const byte Digit = 2;
    public const byte Space = 4;
    public const byte Cased = 8;
    public const byte Ignorable = 16;
    public const byte HasLower = 32;

    private const int CodePoints = 0x110000;

    private static readonly byte[] Classes = new byte[CodePoints];
    private static readonly Dictionary<int, int> LowerCases = [];

    static CharacterTable()
    {
        using var reader = new StreamReader(typeof(CharacterTable).Assembly.GetManifestResourceStream("python311.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            foreach (var range in line.AsSpan(name.Length + 1).Split(' ')) Add(name, line.AsSpan(name.Length + 1)[range]);
        }
    }

    public static bool Is(int codePoint, byte characterClass) => (Classes[codePoint] & characterClass) != 0;

    /// <summary>Returns the lower case of a code point that has one.</summary>
    public static int LowerOf(int codePoint) => LowerCases[codePoint];

    private static void Add(string name, ReadOnlySpan<char> range)
    {
        var colon = range.IndexOf(':');
        var (from, to) = Bounds(colon < 0 ? range : range[..colon]);
        var added = ClassOf(name);
        for (var codePoint = from; codePoint <= to; codePoint++) Classes[codePoint] |= added;
        if (colon < 0) return;
        var distance = int.Parse(range[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        for (var codePoint = from; codePoint <= to; codePoint++) LowerCases[codePoint] = codePoint + distance;
    }

    private static byte ClassOf(string name) => name switch
    {
        "word" => Word,
        "digit" => Digit,
        "space" => Space,
        "cased" => Cased,
        "ignorable" => Ignorable,
        "lower" => HasLower,
        _ => throw new InvalidDataException($"python311.txt has an unknown line '{name}'."),
    };

    private static (int From, int To) Bounds(ReadOnlySpan<char> range)
    {
        var dash = range.IndexOf('-');
        var from = int.Parse(dash < 0 ? range : range[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (from, dash < 0 ? from : int.Parse(range[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
