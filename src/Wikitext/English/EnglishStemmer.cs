using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>Stems English words: Porter2 as implemented by <c>SnowballStemmer("english")</c> of NLTK 3.8, which differs slightly from Snowball.</summary>
public static class EnglishStemmer
{
    private const int LettersOnStack = 128;

    /// <summary>Replaces an astral code point, which no rule matches.</summary>
    private const char Astral = '\uFFFF';

    /// <summary>Irregular words and their stems.</summary>
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Exceptions = """
        skis ski  skies sky  dying die  lying lie  tying tie  idly idl  gently gentl  ugly ugli  early earli  only onli  singly singl
        sky sky  news news  howe howe  atlas atlas  cosmos cosmos  bias bias  andes andes
        inning inning  innings inning  outing outing  outings outing  canning canning  cannings canning
        herring herring  herrings herring  earring earring  earrings earring
        proceed proceed  proceeds proceed  proceeded proceed  proceeding proceed
        exceed exceed  exceeds exceed  exceeded exceed  exceeding exceed
        succeed succeed  succeeds succeed  succeeded succeed  succeeding succeed
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1]).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the length of the stem in code points.</summary>
    /// <param name="word">Any word, in any case.</param>
    public static int StemLength(ReadOnlySpan<char> word)
    {
        var letters = word.Length <= LettersOnStack ? stackalloc char[LettersOnStack] : new char[word.Length];
        return Ascii.ToLower(word, letters, out var count) == OperationStatus.Done
            ? StemOf(letters[..count]).Length
            : StemOf(LettersOf(PythonCase.Lower(word.ToString()))).Length;
    }

    /// <summary>Returns the stem in lower case.</summary>
    /// <param name="word">Any word, in any case.</param>
    public static string Stem(string word)
    {
        var lower = PythonCase.Lower(word);
        var letters = LettersOf(lower);
        var stem = StemOf(letters);
        if (letters.Length <= 2) return lower;
        return letters.Length == lower.Length ? stem.ToString() : WithAstral(stem, lower);
    }

    private static ReadOnlySpan<char> StemOf(Span<char> letters)
    {
        if (letters.Length <= 2) return letters;
        return Exceptions.TryGetValue(letters, out var stem) ? stem : Stemming.Reduce(letters);
    }

    /// <summary>Converts to one character per code point and one kind of apostrophe.</summary>
    private static char[] LettersOf(string lower)
    {
        var letters = new char[lower.Length];
        var count = 0;
        for (var at = 0; at < lower.Length; at++)
        {
            var isPair = char.IsSurrogatePair(lower, at);
            letters[count++] = isPair ? Astral : IsApostrophe(lower[at]) ? '\'' : lower[at];
            if (isPair) at++;
        }
        return letters[..count];
    }

    /// <summary>Restores astral code points: letters before the suffix have their original positions, except after a leading apostrophe.</summary>
    private static string WithAstral(ReadOnlySpan<char> stem, string lower)
    {
        var text = new StringBuilder(lower.Length);
        var at = IsApostrophe(lower[0]) ? 1 : 0;
        foreach (var letter in stem)
        {
            var units = char.IsSurrogatePair(lower, at) ? 2 : 1;
            if (letter == Astral) text.Append(lower, at, units);
            else text.Append(letter);
            at += units;
        }
        return text.ToString();
    }

    private static bool IsApostrophe(char character) => character is '\'' or '\u2019' or '\u2018' or '\u201B';
}
