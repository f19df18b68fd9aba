namespace InferenceServices.RevisionFeatures.Tests;

public sealed class FeatureListTests
{
    private static readonly LanguageAssets English = new(LanguageAssets.DefaultHunspellDirectory);

    [Theory]
    [InlineData("feature.revision.user.in_group({'bot', 'sysop'})")]
    [InlineData("feature.revision.user.in_group({'sysop', 'bot'})")]
    public void The_members_of_a_set_in_a_name_can_be_in_any_order(string name)
        => Assert.Equal("feature.revision.user.in_group({'bot', 'sysop'})", FeatureList.Find(name)?.FullName);

    [Theory]
    [InlineData("log((wikitext.revision.chars + 1))", 2.0794415416798357)]
    [InlineData("(wikitext.revision.wikilinks / max(len(<datasource.wikitext.revision.words>), 1))", 0)]
    [InlineData("(wikitext.revision.chars - (wikitext.revision.chars * 0.5))", 3.5)]
    [InlineData("min(2, wikitext.revision.chars)", 2)]
    [InlineData("(revision.user.in_group({'sysop', 'bot'}) + wikitext.revision.chars)", 7)]
    public void An_expression_of_known_features_is_a_feature(string name, double value)
    {
        var revision = new RevisionInput { Text = "A word.", ParentText = "", Author = RevisionAuthor.Unknown };
        var feature = FeatureList.Find("feature." + name)!;

        Assert.Equal(value, new FeatureSolution(new RevisionSources(revision, English, CancellationToken.None)).ValueOf(feature), 1e-12);
        Assert.Equal(value, new FeatureSolution(new RevisionSources(revision, English, CancellationToken.None)).ValueOf(FeatureList.Of([feature.FullName]).Features[0]), 1e-12);
    }

    [Theory]
    [InlineData("log(nonsense)")]
    [InlineData("log(1)")]
    [InlineData("(1 + 1)")]
    [InlineData("(wikitext.revision.chars + nonsense)")]
    [InlineData("(wikitext.revision.chars + 1 + 1)")]
    [InlineData("(wikitext.revision.chars +)")]
    [InlineData("max(wikitext.revision.chars)")]
    [InlineData("(in_group({'a) + 1)")]
    [InlineData("()")]
    [InlineData(")")]
    public void Other_expressions_are_unknown(string name) => Assert.Null(FeatureList.Find("feature." + name));

    [Fact]
    public void A_deep_or_long_expression_is_unknown()
    {
        Assert.Null(FeatureList.Find("feature." + string.Concat(Enumerable.Repeat("log(", 400)) + "wikitext.revision.chars" + new string(')', 400)));
        Assert.Null(FeatureList.Find("feature." + new string('(', 100_000)));
    }

    [Theory]
    [InlineData("feature.revision.user.in_group({'bot'})")]
    [InlineData("feature.revision.user.in_group({'sysop', 'sysop'})")]
    [InlineData("feature.revision.user.in_group({'bot', 'sysop', 'x'})")]
    [InlineData("{")]
    public void Another_set_is_another_feature(string name) => Assert.Null(FeatureList.Find(name));
}
