using InferenceServices.RevisionFeatures.Families;

namespace InferenceServices.RevisionFeatures.Lists;

internal static class RevertedFeatures
{
    public static readonly Feature[] All =
    [
        DiffFeatures.LongestRepeatedCharAdded,
        DiffFeatures.WordsAdded,
        DiffFeatures.WordsRemoved,
        EnglishFeatures.Badwords.PropSum,
        EnglishFeatures.Informals.PropSum,
        EnglishFeatures.NonStopwords.PropSum,
        UserFeatures.IsAnon,
        UserFeatures.IsBotOrSysop,
        UserFeatures.SecondsSinceRegistration,
    ];
}
