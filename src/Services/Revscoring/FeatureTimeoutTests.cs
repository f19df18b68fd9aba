using InferenceServices.Contracts.Errors;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>After all others: a timer fires late where they keep every thread of the pool busy.</summary>
[CollectionDefinition(nameof(FeatureTimeoutTests), DisableParallelization = true)]
[Collection(nameof(FeatureTimeoutTests))]
public sealed class FeatureTimeoutTests
{
    [Fact]
    public async Task Features_that_take_too_long_are_422()
    {
        using var features = new RevscoringFeatures(new EnglishAssets(EnglishAssets.DefaultDictionaryDirectory), new RevscoringOptions { FeatureTimeoutSeconds = 0.01 });
        // Of nearly the size that is still scored.
        var revision = new RevisionInput { Text = Words(170_000), ParentText = Words(7919), Author = RevisionAuthor.Unknown };

        var refused = await Assert.ThrowsAsync<UnscorableInputException>(async () => await features.ComputeAsync(revision, null, FeatureList.Damaging.ValuesOf, CancellationToken.None));

        Assert.Contains("longer than 0.01 s", refused.Message, StringComparison.Ordinal);
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => $"word{number}"));
}
