using System.Collections.Frozen;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Properties of tag names.</summary>
/// <remarks>mwparserfromhell 0.6.6, <c>definitions.py</c>.</remarks>
internal static class TagNames
{
    private static readonly FrozenSet<string> SingleOnly = new[] { "br", "wbr", "hr", "meta", "link", "img" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Single
        = new[] { "br", "wbr", "hr", "meta", "link", "img", "li", "dt", "dd", "th", "td", "tr" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Raw = new[]
    {
        "categorytree", "ce", "chem", "gallery", "graph", "hiero", "imagemap", "inputbox", "math", "nowiki", "pre", "score", "section", "source", "syntaxhighlight", "templatedata", "timeline",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Invisible = new[]
    {
        "categorytree", "gallery", "graph", "imagemap", "inputbox", "math", "score", "section", "templatedata", "timeline",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns whether a tag never has a body.</summary>
    public static bool IsSingleOnly(ReadOnlySpan<char> name) => Has(SingleOnly, name);

    /// <summary>Returns whether the end tag is optional.</summary>
    public static bool IsSingle(ReadOnlySpan<char> name) => Has(Single, name);

    /// <summary>Returns whether the body is not parsed as wikitext.</summary>
    public static bool IsRaw(ReadOnlySpan<char> name) => Has(Raw, name);

    /// <summary>Returns whether the body is visible text.</summary>
    public static bool IsVisible(ReadOnlySpan<char> name) => !Has(Invisible, name);

    private static bool Has(FrozenSet<string> names, ReadOnlySpan<char> name) => names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
}
