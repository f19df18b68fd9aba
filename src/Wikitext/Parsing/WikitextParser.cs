namespace InferenceServices.Wikitext.Parsing;

/// <summary>Finds templates, links, tags and the rest in wikitext, as far as that can be done without a wiki.</summary>
/// <remarks>What mwparserfromhell 0.6.6 finds with its C tokenizer, its oddities included; recursion ends at a depth of 100.</remarks>
public static class WikitextParser
{
    /// <param name="text">Any text.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static WikitextDocument Parse(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WikitextDocument(text, new EventReader(text, cancellationToken).Read());
    }
}
