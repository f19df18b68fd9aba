using InferenceServices.Testing;

namespace InferenceServices.Shipping.Tests.Up;

/// <summary>A fact about the language identifier in a store; skipped, with the reason, where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsS3AndLangIdModelFactAttribute : FactAttribute
{
    public NeedsS3AndLangIdModelFactAttribute() => Skip = StoreProcess.Missing(S3Store.Program) ?? TestData.LangIdModelMissing;
}
