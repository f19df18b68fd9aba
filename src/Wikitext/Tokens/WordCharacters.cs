using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Tokens;

/// <summary>Character classes of the tokenizer in addition to those of Python.</summary>
internal static class WordCharacters
{
    /// <summary>Returns whether a code point may be part of a word: Python's word characters, and marks of Devanagari, Arabic and Bengali.</summary>
    public static bool IsOne(int codePoint)
        => PythonCharacters.IsWord(codePoint)
            || codePoint is (>= 0x0901 and <= 0x0963)
                or (>= 0x0601 and <= 0x061A)
                or (>= 0x061C and <= 0x0669)
                or (>= 0x06D5 and <= 0x06EF)
                or (>= 0x0980 and <= 0x09FF);

    /// <summary>Returns whether a code point at the start of a token is a token by itself.</summary>
    public static bool IsCjk(int codePoint)
        => codePoint >= 0x2E80
            && codePoint is (>= 0x2E80 and <= 0x2FD5)
                or (>= 0x3041 and <= 0x3096)
                or (>= 0x30A0 and <= 0x30FF)
                or (>= 0x31F0 and <= 0x31FF)
                or (>= 0x3220 and <= 0x3243)
                or (>= 0x3280 and <= 0x337F)
                or (>= 0x3400 and <= 0x4DFF)
                or (>= 0x4E00 and <= 0x9FCC)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF5F and <= 0xFF9F)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2F800 and <= 0x2FA1F);
}
