namespace InferenceServices.Wikitext.Characters;

/// <summary>Character classes of Python's regular expressions, which differ from those of .NET.</summary>
/// <remarks>Python 3.11, <c>re</c>: <c>\w</c>, <c>\d</c>, <c>\s</c> of strings.</remarks>
internal static class PythonCharacters
{
    /// <summary>Returns whether a code point is a letter, numeric, or an underscore; marks are not.</summary>
    public static bool IsWord(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Word);

    /// <summary>Returns whether a code point is a decimal digit of any script.</summary>
    public static bool IsDigit(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Digit);

    /// <summary>Returns whether a code point is white space, including U+001C to U+001F.</summary>
    public static bool IsSpace(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Space);
}
