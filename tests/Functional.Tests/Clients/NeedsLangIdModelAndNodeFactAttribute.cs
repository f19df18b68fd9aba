using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A fact that asks the real model with a client in node; skipped, with the reason, where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsLangIdModelAndNodeFactAttribute : FactAttribute
{
    public NeedsLangIdModelAndNodeFactAttribute() => Skip = TestData.LangIdModelMissing ?? TestClients.NodeMissing;
}
