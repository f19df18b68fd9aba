using InferenceServices.RevisionFeatures.Families;

namespace InferenceServices.RevisionFeatures.Lists;

/// <summary>List of English Wikipedia in editquality.</summary>
internal static class DamagingFeatures
{
    private static readonly TextFeatures Parent = TextFeatures.Parent;

    private static readonly Feature[] ParentSizes =
    [
        Parent.Chars, Parent.Tokens, Parent.Words, Parent.UppercaseWords, Parent.Headings,
        Parent.Wikilinks, Parent.ExternalLinks, Parent.Templates, Parent.RefTags,
    ];

    public static readonly Feature[] All =
    [
        PageFeatures.IsArticleish,
        PageFeatures.IsMainspace,
        PageFeatures.IsDraftspace,
        .. ParentSizes.Select(size => Feature.Log(size + 1)),
        (Parent.Chars / Feature.Max(Parent.Words, 1)).Named("revision.parent.chars_per_word"),
        (Parent.Words / Feature.Max(Parent.Tokens, 1)).Named("revision.parent.words_per_token"),
        (Parent.UppercaseWords / Feature.Max(Parent.Words, 1)).Named("revision.parent.uppercase_words_per_word"),
        (Parent.Markups / Feature.Max(Parent.Tokens, 1)).Named("revision.parent.markups_per_token"),
        .. DiffFeatures.Markup.All,
        .. DiffFeatures.Number.All,
        .. DiffFeatures.UppercaseWord.All,
        Change("chars", text => text.Chars),
        Change("tokens", text => text.Tokens),
        Change("words", text => text.Words),
        Change("markups", text => text.Markups),
        Change("headings", text => text.Headings),
        Change("external_links", text => text.ExternalLinks),
        Change("wikilinks", text => text.Wikilinks),
        Change("templates", text => text.Templates),
        Change("tags", text => text.Tags),
        Change("ref_tags", text => text.RefTags),
        DiffFeatures.LongestNewToken,
        DiffFeatures.LongestNewRepeatedChar,
        UserFeatures.IsBot,
        UserFeatures.HasAdvancedRights,
        UserFeatures.IsAdmin,
        UserFeatures.IsTrusted,
        UserFeatures.IsPatroller,
        UserFeatures.IsCurator,
        UserFeatures.IsAnon,
        Feature.Log(UserFeatures.SecondsSinceRegistration + 1),
        CommentFeatures.SuggestsSectionEdit,
        CommentFeatures.HasLink,
        .. EnglishFeatures.Badwords.All,
        .. EnglishFeatures.Informals.All,
        .. EnglishFeatures.DictionaryWords.All,
        .. EnglishFeatures.NonDictionaryWords.All,
    ];

    private static Feature Change(string name, Func<TextFeatures, Feature> of)
        => (of(TextFeatures.Revision) - of(Parent)).Named($"revision.diff.{name}_change");
}
