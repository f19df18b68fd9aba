namespace InferenceServices.Testing;

/// <summary>A fact about the topic model; skipped, with the reason, where it has not been prepared.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsOutlinkTopicModelFactAttribute : FactAttribute
{
    public NeedsOutlinkTopicModelFactAttribute() => Skip = TestData.OutlinkTopicModelMissing;
}
