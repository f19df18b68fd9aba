namespace InferenceServices.Wikitext.English;

/// <summary>State of a word in the steps of the Porter2 stemming algorithm.</summary>
/// <remarks>
/// NLTK stores the regions R1 and R2 as separate strings. They are always suffixes of the word, so their lengths are sufficient; where NLTK's cuts give another
/// length than the definition of the algorithm, this class follows NLTK.
/// </remarks>
internal ref struct Stemming
{
    private static readonly SuffixTable Plurals = new("sses", "ied", "ies", "us", "ss", "s");
    private static readonly SuffixTable Tenses = new("eedly", "ingly", "edly", "eed", "ing", "ed");

    private static readonly SuffixTable Derivations = new(
        "ization", "ational", "fulness", "ousness", "iveness", "tional", "biliti", "lessli", "entli", "ation", "alism", "aliti",
        "ousli", "iviti", "fulli", "enci", "anci", "abli", "izer", "ator", "alli", "bli", "ogi", "li");

    private static readonly SuffixTable Adjectives = new("ational", "tional", "alize", "icate", "iciti", "ative", "ical", "ness", "ful");

    private static readonly SuffixTable Endings = new(
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic");

    private readonly Span<char> _letters;
    private int _length;
    private int _region1;
    private int _region2;

    private Stemming(Span<char> letters)
    {
        _letters = letters;
        _length = letters.Length;
    }

    private readonly ReadOnlySpan<char> Word => _letters[.._length];

    /// <summary>Returns the stem.</summary>
    /// <param name="letters">A lower-case word of at least three code points, one character per code point; overwritten.</param>
    public static ReadOnlySpan<char> Reduce(Span<char> letters)
    {
        var word = new Stemming(letters[0] == '\'' ? letters[1..] : letters);
        word.MarkConsonantY();
        word.FindRegions();
        word.CutPossessive();
        word.CutPlural();
        word.CutTense();
        word.EndInI();
        word.CutDerivation();
        word.CutAdjective();
        word.CutEnding();
        word.CutLast();
        word._letters[..word._length].Replace('Y', 'y');
        return word.Word;
    }

    /// <summary>Marks a y at the start or after a vowel as a consonant, written Y.</summary>
    private readonly void MarkConsonantY()
    {
        if (_letters[0] == 'y') _letters[0] = 'Y';
        for (var i = 1; i < _length; i++)
            if (_letters[i] == 'y' && IsVowel(_letters[i - 1])) _letters[i] = 'Y';
    }

    /// <summary>Finds the regions: R1 follows the first consonant after a vowel, R2 is the same within R1.</summary>
    private void FindRegions()
    {
        _region1 = Word.StartsWith("gener") || Word.StartsWith("arsen") ? _length - 5
            : Word.StartsWith("commun") ? _length - 6
            : AfterSyllable(_length);
        _region2 = AfterSyllable(_region1);
    }

    private readonly int AfterSyllable(int region)
    {
        for (var i = _length - region + 1; i < _length; i++)
            if (!IsVowel(_letters[i]) && IsVowel(_letters[i - 1])) return _length - i - 1;
        return 0;
    }

    /// <summary>Step 0.</summary>
    private void CutPossessive()
    {
        if (Word.EndsWith("'s'")) Cut(3);
        else if (Word.EndsWith("'s")) Cut(2);
        else if (Word.EndsWith("'")) Cut(1);
    }

    /// <summary>Step 1a.</summary>
    private void CutPlural()
    {
        switch (Plurals.Longest(Word))
        {
            case "sses":
                Cut(2);
                break;
            case "ied" or "ies":
                Cut(_length > 4 ? 2 : 1);
                break;
            case "s" when HasVowel(_length - 2):
                Cut(1);
                break;
        }
    }

    /// <summary>Step 1b.</summary>
    private void CutTense()
    {
        var suffix = Tenses.Longest(Word);
        if (suffix is "eed" or "eedly")
        {
            if (_region1 >= suffix.Length) Replace(suffix, "ee");
        }
        else if (suffix is not null && HasVowel(_length - suffix.Length))
        {
            Cut(suffix.Length);
            MendAfterTense();
        }
    }

    /// <summary>Completes step 1b: hop(p)ed, fil(e)d, siz(e)d.</summary>
    private void MendAfterTense()
    {
        if (Word.EndsWith("at") || Word.EndsWith("bl") || Word.EndsWith("iz"))
        {
            _letters[_length++] = 'e';
            _region1++;
            if (_length > 5 || _region1 >= 3) _region2++;
        }
        else if (_length >= 2 && _letters[_length - 1] == _letters[_length - 2] && _letters[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't')
        {
            Cut(1);
        }
        else if (_region1 == 0 && IsShort())
        {
            _letters[_length++] = 'e';
        }
    }

    private readonly bool IsShort()
    {
        var word = Word;
        return word switch
        {
            [var first, var last] => IsVowel(first) && !IsVowel(last),
            [.., var before, var vowel, var last] => !IsVowel(before) && IsVowel(vowel) && !IsVowel(last) && last is not ('w' or 'x' or 'Y'),
            _ => false,
        };
    }

    /// <summary>Step 1c: cry becomes cri.</summary>
    private readonly void EndInI()
    {
        if (_length > 2 && Word[^1] is 'y' or 'Y' && !IsVowel(Word[^2])) _letters[_length - 1] = 'i';
    }

    /// <summary>Step 2.</summary>
    private void CutDerivation()
    {
        var suffix = Derivations.Longest(Word);
        if (suffix is null || _region1 < suffix.Length) return;
        switch (suffix)
        {
            case "tional" or "entli" or "fulli" or "lessli":
                Cut(2);
                break;
            case "enci" or "anci" or "abli":
                _letters[_length - 1] = 'e';
                break;
            case "izer" or "ization":
                Replace(suffix, "ize");
                break;
            case "ational" or "ation" or "ator":
                Replace(suffix, "ate", least2: 1);
                break;
            case "alism" or "aliti" or "alli":
                Replace(suffix, "al");
                break;
            case "fulness":
                Cut(4);
                break;
            case "ousli" or "ousness":
                Replace(suffix, "ous");
                break;
            case "iveness" or "iviti":
                Replace(suffix, "ive", least2: 1);
                break;
            case "biliti" or "bli":
                Replace(suffix, "ble");
                break;
            case "ogi" when Word[^4] == 'l':
                Cut(1);
                break;
            case "li" when Word[^3] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't':
                Cut(2);
                break;
        }
    }

    /// <summary>Step 3.</summary>
    private void CutAdjective()
    {
        var suffix = Adjectives.Longest(Word);
        if (suffix is null || _region1 < suffix.Length) return;
        switch (suffix)
        {
            case "tional":
                Cut(2);
                break;
            case "ational":
                Replace(suffix, "ate");
                break;
            case "alize":
                Cut(3);
                break;
            case "icate" or "iciti" or "ical":
                Replace(suffix, "ic");
                break;
            case "ful" or "ness":
                Cut(suffix.Length);
                break;
            case "ative" when _region2 >= suffix.Length:
                Cut(suffix.Length);
                break;
        }
    }

    /// <summary>Step 4.</summary>
    private void CutEnding()
    {
        var suffix = Endings.Longest(Word);
        if (suffix is null || _region2 < suffix.Length) return;
        if (suffix is not "ion" || Word[^4] is 's' or 't') Cut(suffix.Length);
    }

    /// <summary>Step 5.</summary>
    private void CutLast()
    {
        var word = Word;
        if ((_region2 > 0 && word.EndsWith("ll")) || (_region2 > 0 && word[^1] == 'e')) Cut(1);
        else if (_region1 > 0 && word is [.., var before, var consonant, var last, 'e'] && (IsVowel(last) || last is 'w' or 'x' or 'Y' || !IsVowel(consonant) || IsVowel(before))) Cut(1);
    }

    private void Cut(int count)
    {
        _length -= count;
        _region1 = Math.Max(0, _region1 - count);
        _region2 = Math.Max(0, _region2 - count);
    }

    /// <summary>Replaces a suffix. A region shorter than the suffix becomes empty or minimal.</summary>
    private void Replace(string suffix, string end, int least2 = 0)
    {
        _length += end.Length - suffix.Length;
        end.CopyTo(_letters[(_length - end.Length)..]);
        _region1 = _region1 >= suffix.Length ? _region1 - suffix.Length + end.Length : 0;
        _region2 = _region2 >= suffix.Length ? _region2 - suffix.Length + end.Length : least2;
    }

    private readonly bool HasVowel(int count)
    {
        foreach (var letter in _letters[..Math.Max(0, count)])
            if (IsVowel(letter)) return true;
        return false;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
