using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Languages;

/// <summary>
/// Maps text to the characters that a set of Python expressions distinguishes, so that .NET's case rules and character classes do not matter. Positions do
/// not change. Letters are folded as <c>re.IGNORECASE</c> compares them. All characters that no expression names are mapped to one character of their class.
/// </summary>
internal sealed class WordAlphabet
{
    // Letters and symbols that no expression names stand for characters whose class differs between Python and .NET.
    private const char FirstLetter = '\uA014';
    private const char FirstSymbol = '\u2580';
    private const char OtherDigit = '\u0F20';
    private const char OtherSpace = '\u2003';

    // Characters with equal case beyond their lower case: Python 3.11, sre_compile.
    private static readonly Dictionary<int, int> Equivalents = new()
    {
        [0x131] = 'i',
        [0x17F] = 's',
        [0xB5] = 0x3BC,
        [0x1FBE] = 0x3B9,
        [0x345] = 0x3B9,
        [0x1FD3] = 0x390,
        [0x1FE3] = 0x3B0,
        [0x3D0] = 0x3B2,
        [0x3F5] = 0x3B5,
        [0x3D1] = 0x3B8,
        [0x3F0] = 0x3BA,
        [0x3D6] = 0x3C0,
        [0x3F1] = 0x3C1,
        [0x3C2] = 0x3C3,
        [0x3D5] = 0x3C6,
        [0x1C80] = 0x432,
        [0x1C81] = 0x434,
        [0x1C82] = 0x43E,
        [0x1C83] = 0x441,
        [0x1C84] = 0x442,
        [0x1C85] = 0x442,
        [0x1C86] = 0x44A,
        [0x1C87] = 0x463,
        [0xA64B] = 0x1C88,
        [0x1E9B] = 0x1E61,
        [0xFB06] = 0xFB05,
    };

    private readonly char[] _map = new char[char.MaxValue + 1];
    private readonly char _otherWord;
    private readonly char _other;

    /// <param name="named">Code points that the expressions name; at most U+FFFF.</param>
    public WordAlphabet(IEnumerable<int> named)
    {
        var folded = named.Select(Fold).ToHashSet();
        var (letter, symbol) = (FirstLetter, FirstSymbol);
        _otherWord = letter++;
        _other = symbol++;
        for (var codePoint = 0; codePoint < _map.Length; codePoint++) _map[codePoint] = ClassOf(codePoint);
        foreach (var codePoint in folded.Where(codePoint => codePoint >= 0x80))
            _map[codePoint] = PythonCharacters.IsWord(codePoint) == IsWord((char)codePoint) ? (char)codePoint : PythonCharacters.IsWord(codePoint) ? letter++ : symbol++;
        for (var codePoint = 0; codePoint < _map.Length; codePoint++)
        {
            var same = Fold(codePoint);
            if (same < 0x80 || folded.Contains(same)) _map[codePoint] = _map[same];
        }
    }

    /// <summary>Returns the character for a code point.</summary>
    public char Of(int codePoint)
        => codePoint < _map.Length ? _map[codePoint] : PythonCharacters.IsWord(codePoint) ? _otherWord : _other;

    /// <summary>Maps a text. Both surrogates of an astral character map to its class, so that no word boundary is between them.</summary>
    public string Reduce(string text) => string.Create(text.Length, (text, this), static (reduced, state) =>
    {
        var (original, alphabet) = state;
        for (var i = 0; i < reduced.Length;)
        {
            var codePoint = CodePoints.At(original, i, out var width);
            reduced.Slice(i, width).Fill(alphabet.Of(codePoint));
            i += width;
        }
    });

    private static int Fold(int codePoint)
    {
        if (codePoint == 0x130) return 'i';
        var lower = PythonCase.HasLower(codePoint) ? CharacterTable.LowerOf(codePoint) : codePoint;
        return Equivalents.GetValueOrDefault(lower, lower);
    }

    private char ClassOf(int codePoint)
        => codePoint < 0x80 ? (PythonCharacters.IsSpace(codePoint) && !char.IsWhiteSpace((char)codePoint) ? OtherSpace : (char)codePoint)
        : PythonCharacters.IsDigit(codePoint) ? OtherDigit
        : PythonCharacters.IsSpace(codePoint) ? OtherSpace
        : PythonCharacters.IsWord(codePoint) ? _otherWord : _other;

    // \w and \b of .NET.
    private static bool IsWord(char character) => char.GetUnicodeCategory(character) is
        System.Globalization.UnicodeCategory.UppercaseLetter or System.Globalization.UnicodeCategory.LowercaseLetter or System.Globalization.UnicodeCategory.TitlecaseLetter
        or System.Globalization.UnicodeCategory.ModifierLetter or System.Globalization.UnicodeCategory.OtherLetter or System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.DecimalDigitNumber
        or System.Globalization.UnicodeCategory.ConnectorPunctuation || character is '\u200C' or '\u200D';
}
