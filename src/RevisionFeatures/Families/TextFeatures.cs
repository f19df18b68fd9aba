using InferenceServices.RevisionFeatures.Sources;
using InferenceServices.Wikitext.Parsing;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of one text: characters, tokens and words by kind, headings, links, templates, tags.</summary>
internal sealed class TextFeatures
{
    /// <summary>Features of the revision.</summary>
    public static readonly TextFeatures Revision = new("revision", sources => sources.Revision);

    /// <summary>Features of the parent revision.</summary>
    public static readonly TextFeatures Parent = new("revision.parent", sources => sources.Parent);

    private readonly string _of;
    private readonly Func<RevisionSources, TextSources> _text;

    private TextFeatures(string of, Func<RevisionSources, TextSources> text)
    {
        _of = of;
        _text = text;
        Chars = Count("chars", source => source.Chars);
        ContentChars = Count("content_chars", source => source.ContentChars);
        Tokens = Length($"tokenized(datasource.{of}.text)", source => source.Tokens.Count);
        Words = Length($"wikitext.{of}.words", source => source.TokenCounts.Of(TokenType.Word));
        UppercaseWords = Length($"wikitext.{of}.uppercase_words", source => source.TokenCounts.UppercaseWords);
        Markups = Length($"wikitext.{of}.markups", source => source.TokenCounts.Markups);
        Headings = Nodes("headings", WikitextNodeKind.Heading);
        Wikilinks = Nodes("wikilinks", WikitextNodeKind.Wikilink);
        ExternalLinks = Nodes("external_links", WikitextNodeKind.ExternalLink);
        Templates = Nodes("templates", WikitextNodeKind.Template);
        Tags = Nodes("tags", WikitextNodeKind.Tag);
        RefTags = TagsNamed("ref_tags", "ref");
        ListItems = TagsNamed("list_items", "li");
        All =
        [
            Chars, ContentChars, Tokens, Words, UppercaseWords, Markups, Headings, Wikilinks, ExternalLinks, Templates, Tags, RefTags, ListItems,
            .. Kind("numeric", "numbers", TokenType.Number), .. Kind("whitespace", "whitespaces", TokenType.Whitespace), .. Kind("cjk", "cjks", TokenType.Cjk),
            .. Kind("entity", "entities", TokenType.Entity), .. Kind("url", "urls", TokenType.Url), .. Kind("word", "words", TokenType.Word), .. Kind("break", "breaks", TokenType.Break),
            Length($"wikitext.{of}.punctuations", source => source.TokenCounts.Punctuations),
            Number("punctuation_chars", source => source.TokenCounts.PunctuationChars),
            Number("markup_chars", source => source.TokenCounts.MarkupChars),
            Number("uppercase_word_chars", source => source.TokenCounts.UppercaseWordChars),
            Number("longest_repeated_char", source => source.LongestRepeatedChar),
            Longest($"tokenized(datasource.{of}.text)", source => source.TokenCounts.LongestToken),
            Longest($"wikitext.{of}.words", source => source.TokenCounts.LongestWord),
        ];
    }

    /// <summary>All features, without headings by level.</summary>
    public IReadOnlyList<Feature> All { get; }

    public Feature Chars { get; }

    /// <summary>Characters of the visible text.</summary>
    public Feature ContentChars { get; }

    public Feature Tokens { get; }

    public Feature Words { get; }

    public Feature UppercaseWords { get; }

    public Feature Markups { get; }

    public Feature Headings { get; }

    public Feature Wikilinks { get; }

    public Feature ExternalLinks { get; }

    public Feature Templates { get; }

    public Feature Tags { get; }

    /// <summary>Tags whose names start with ref, including references.</summary>
    public Feature RefTags { get; }

    /// <summary>Tags whose names start with li, including list items of * and #.</summary>
    public Feature ListItems { get; }

    public Feature HeadingsByLevel(int level) => Count($"headings_by_level({level})", source => source.Document.Of(WikitextNodeKind.Heading).Count(heading => heading.Level == level));

    private Feature Count(string name, Func<TextSources, int> count) => new($"wikitext.{_of}.{name}", FeatureType.Float, sources => count(_text(sources)));

    private Feature Number(string name, Func<TextSources, int> count) => new($"wikitext.{_of}.{name}", FeatureType.Int, sources => count(_text(sources)));

    private Feature Longest(string datasource, Func<TextSources, int> longest)
        => new($"max(<datasource.map(<built-in function len>, <datasource.{datasource}>)>)", FeatureType.Int, sources => longest(_text(sources)));

    // Number of tokens and of their characters.
    private Feature[] Kind(string name, string plural, TokenType type)
        => [Length($"wikitext.{_of}.{plural}", source => source.TokenCounts.Of(type)), Number($"{name}_chars", source => source.TokenCounts.CharsOf(type))];

    private Feature Length(string datasource, Func<TextSources, int> count)
        => new($"len(<datasource.{datasource}>)", FeatureType.Float, sources => count(_text(sources)));

    private Feature Nodes(string name, WikitextNodeKind kind) => Count(name, source => source.Document.CountOf(kind));

    private Feature TagsNamed(string name, string start)
        => Count(name, source => source.Document.Of(WikitextNodeKind.Tag).Count(tag => PatternText.StartsWith(tag.Name, start)));
}
