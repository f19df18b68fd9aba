namespace InferenceServices.Wikitext.Tokens;

/// <summary>Takes wikitext apart as revscoring does.</summary>
/// <remarks>The tokenizer <c>wikitext_split</c> of deltas 0.7.0, whose expressions are tried in their order at each place; written out by hand, in time linear in the text.</remarks>
public static class WikitextTokenizer
{
    private const int TokensPerPoll = 4096;

    /// <param name="text">Any text.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Tokens that together are the text.</returns>
    public static TokenizedText Tokenize(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Tokens of wikitext are four characters on average.
        var tokens = new List<Token>(text.Length / 3);
        var scanner = new TokenScanner(text);
        while (scanner.Next() is { Length: > 0 } token)
        {
            tokens.Add(token);
            if (tokens.Count % TokensPerPoll == 0) cancellationToken.ThrowIfCancellationRequested();
        }
        return new TokenizedText(text, [.. tokens]);
    }
}
