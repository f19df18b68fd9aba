using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.English;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>How the counts of words of a kind changed. Words that differ by case alone are one.</summary>
internal sealed class DistinctWords(DistinctTokens tokens, EnglishAssets english)
{
    public CountDelta InDictionary => _inDictionary ??= Delta(word => english.Dictionary.Contains(word));

    public CountDelta NotInDictionary => _notInDictionary ??= Delta(word => !english.Dictionary.Contains(word));

    public CountDelta NonStopwords => _nonStopwords ??= Delta(word => !Stopwords.IsStopword(word));

    private CountDelta? _inDictionary;
    private CountDelta? _notInDictionary;
    private CountDelta? _nonStopwords;

    /// <summary>The characters of the stems of the revision's words.</summary>
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

    private CountDelta Delta(Predicate<string> isOne)
    {
        var table = new CountTable();
        foreach (ref readonly var token in tokens.All)
        {
            if (token.Type == TokenType.Word && isOne(token.Text)) table.Add(PythonCase.FrequencyLower(token.Text), token.Old, token.Now);
        }
        return table.Delta();
    }
}
