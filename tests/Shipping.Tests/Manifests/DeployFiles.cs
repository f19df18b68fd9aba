using InferenceServices.Testing;
using Newtonsoft.Json.Linq;

namespace InferenceServices.Shipping.Tests.Manifests;

/// <summary>The resources of deploy/, by file.</summary>
internal static class DeployFiles
{
    public static IEnumerable<(string File, JObject Document)> All
        => Directory.EnumerateFiles(Checkout.PathOf("deploy"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/observability/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(file => YamlTokens.Read(file).Select(document => (Path.GetRelativePath(Checkout.PathOf("deploy"), file), document)))
            // Files that only kustomize reads have no kind.
            .Where(item => item.document["kind"] is not null);

    public static string KindOf(JObject document) => (string)document["kind"]!;

    /// <summary>Returns the containers of an InferenceService by component, of a runtime or of a Deployment.</summary>
    public static IEnumerable<(string Component, JObject Container)> Containers(JObject document)
        => new[] { "predictor", "transformer", "explainer" }
            .SelectMany(component => document.SelectTokens($"spec.{component}.containers[*]").Select(container => (component, (JObject)container)))
            .Concat(document.SelectTokens("spec.containers[*]").Select(container => ("predictor", (JObject)container)))
            .Concat(document.SelectTokens("spec.template.spec.containers[*]").Select(container => ("deployment", (JObject)container)));
}
