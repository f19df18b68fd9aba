namespace InferenceServices.RevisionFeatures.Tests;

public sealed class FeatureListTests
{
    [Theory]
    [InlineData("feature.revision.user.in_group({'bot', 'sysop'})")]
    [InlineData("feature.revision.user.in_group({'sysop', 'bot'})")]
    public void The_members_of_a_set_in_a_name_can_be_in_any_order(string name)
        => Assert.Equal("feature.revision.user.in_group({'bot', 'sysop'})", FeatureList.Find(name)?.FullName);

    [Theory]
    [InlineData("feature.revision.user.in_group({'bot'})")]
    [InlineData("feature.revision.user.in_group({'sysop', 'sysop'})")]
    [InlineData("feature.revision.user.in_group({'bot', 'sysop', 'x'})")]
    [InlineData("{")]
    public void Another_set_is_another_feature(string name) => Assert.Null(FeatureList.Find(name));
}
