namespace InferenceServices.Wikitext.Tokens;

/// <summary>Tokenizes wikitext like revscoring.</summary>
/// <remarks>Same result as <c>wikitext_split</c> of deltas 0.7.0, which tries its expressions in order at each position; hand-written, linear in the length of the text.</remarks>
public static class WikitextTokenizer
{
    private const int TokensPerPoll = 4096;

    /// <param name="text">Any text.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Tokens that cover the text.</returns>
    public static TokenizedText Tokenize(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Wikitext tokens have four characters on average.
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
