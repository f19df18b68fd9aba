using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Wiki;

/// <summary>A theory that asks a real MediaWiki; skipped, with the reason, where it or the model that reads it has not been prepared.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsWikiTheoryAttribute : TheoryAttribute
{
    public NeedsWikiTheoryAttribute() => Skip = TestData.WikiOrOutlinkTopicModelMissing;
}
