using InferenceServices.Testing;

namespace InferenceServices.Shipping.Tests.Hooks;

/// <summary>A fact about the program pre-commit; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPreCommitFactAttribute : FactAttribute
{
    public NeedsPreCommitFactAttribute()
        => Skip = Installed.Has("pre-commit") ? null : "pre-commit is not installed: run eng/hooks/ensure";
}
