using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.English;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Change of word counts by category; case-insensitive.</summary>
internal sealed class DistinctWords(DistinctTokens tokens)
{
    public CountDelta NonStopwords => _nonStopwords ??= Delta(word => !Stopwords.IsStopword(word));

    private CountDelta? _nonStopwords;

    /// <summary>Total length of the stems of all words of the revision, in characters.</summary>
    public int StemsLength
    {
        get
        {
            var length = 0;
            foreach (ref readonly var token in tokens.All)
            {
                if (token.Type == TokenType.Word && token.Now > 0) length += token.Now * EnglishStemmer.StemLength(token.Text);
            }
            return length;
        }
    }

    /// <summary>Returns the number of some words of the revision.</summary>
    /// <param name="isOne">Whether a word, as written, counts.</param>
    public int Count(Predicate<string> isOne)
    {
        var count = 0;
        foreach (ref readonly var token in tokens.All)
        {
            if (token.Type == TokenType.Word && token.Now > 0 && isOne(token.Text)) count += token.Now;
        }
        return count;
    }

    /// <summary>Returns the change of the counts of some words.</summary>
    /// <param name="isOne">Whether a word, as written, counts.</param>
    public CountDelta Delta(Predicate<string> isOne)
    {
        var table = new CountTable();
        foreach (ref readonly var token in tokens.All)
        {
            if (token.Type == TokenType.Word && isOne(token.Text)) table.Add(PythonCase.FrequencyLower(token.Text), token.Old, token.Now);
        }
        return table.Delta();
    }
}
