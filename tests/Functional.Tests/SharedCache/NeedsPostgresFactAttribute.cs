using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.SharedCache;

/// <summary>A fact with a real PostgreSQL behind a real service; skipped, with the reason, where either is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPostgresFactAttribute : FactAttribute
{
    public NeedsPostgresFactAttribute()
        => Skip = !Directory.Exists("/usr/lib/postgresql") ? "PostgreSQL is absent: run tests/Postgres/ensure" : TestData.WikiOrOutlinkTopicModelMissing;
}
