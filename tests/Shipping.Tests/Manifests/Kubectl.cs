using System.Diagnostics;
using InferenceServices.Testing;
using Newtonsoft.Json.Linq;

namespace InferenceServices.Shipping.Tests.Manifests;

/// <summary>Runs kubectl, which renders overlays without a cluster.</summary>
internal static class Kubectl
{
    public const string KubectlOrSchemasMissing = "kubectl is not installed, or the schemas are absent: ../shared/data/schemas";

    public static bool HasKubectlAndSchemas => Installed.Has("kubectl") && Schemas.IsPresent;

    /// <param name="folder">Absolute path of a kustomization.</param>
    public static async Task<IReadOnlyList<JObject>> RenderAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return YamlTokens.Parse(text);
    }
}
