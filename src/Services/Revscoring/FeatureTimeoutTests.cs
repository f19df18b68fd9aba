using InferenceServices.Contracts.Errors;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Runs after all other tests, which would delay timers by using all threads of the pool.</summary>
[CollectionDefinition(nameof(FeatureTimeoutTests), DisableParallelization = true)]
[Collection(nameof(FeatureTimeoutTests))]
public sealed class FeatureTimeoutTests
{
    [Fact]
    public async Task Features_that_take_too_long_are_422()
    {
        using var features = new RevscoringFeatures(new LanguageAssets(LanguageAssets.DefaultHunspellDirectory), new RevscoringOptions { FeatureTimeoutSeconds = 0.01 });
        // Slightly smaller than the maximum.
        var revision = new RevisionInput { Text = Words(170_000), ParentText = Words(7919), Author = RevisionAuthor.Unknown };

        var exception = await Assert.ThrowsAsync<UnscorableInputException>(async () => await features.ComputeAsync(revision, null, FeatureList.Damaging.ValuesOf, CancellationToken.None));

        Assert.Contains("longer than 0.01 s", exception.Message, StringComparison.Ordinal);
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => $"word{number}"));
}
