namespace InferenceServices.Wikitext.Characters;

/// <summary>Classes of code points as Python's regular expressions have them; those of .NET differ.</summary>
/// <remarks>Python 3.11, <c>re</c>: <c>\w</c>, <c>\d</c>, <c>\s</c> of strings.</remarks>
public static class PythonCharacters
{
    /// <summary>Whether it is a letter, numeric, or an underscore; marks are not.</summary>
    public static bool IsWord(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Word);

    /// <summary>Whether it is a decimal digit of any script.</summary>
    public static bool IsDigit(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Digit);

    /// <summary>Whether it is white space; U+001C to U+001F are.</summary>
    public static bool IsSpace(int codePoint) => CharacterTable.Is(codePoint, CharacterTable.Space);
}
