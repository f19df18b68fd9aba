namespace InferenceServices.Wikitext.Parsing;

/// <summary>Parses wikitext into templates, links, tags and other nodes, without access to a wiki.</summary>
/// <remarks>Same result as the C tokenizer of mwparserfromhell 0.6.6; maximum depth 100.</remarks>
public static class WikitextParser
{
    /// <param name="text">Any text.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public static WikitextDocument Parse(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WikitextDocument(text, new EventReader(text, cancellationToken).Read());
    }
}
