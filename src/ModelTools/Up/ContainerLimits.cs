using System.Globalization;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Resource limits and security context of a container.</summary>
/// <param name="MemoryBytes">Kubernetes' <c>limits.memory</c>, in bytes.</param>
/// <param name="Cpus">Kubernetes' <c>limits.cpu</c>, in processors.</param>
/// <param name="ReadOnlyRootFilesystem">Whether the root file system is read-only.</param>
/// <param name="DropAllCapabilities">Whether all capabilities are dropped.</param>
/// <param name="NoNewPrivileges">Whether privilege escalation is disabled.</param>
/// <param name="User">User id; null for the image's default.</param>
internal sealed record ContainerLimits(long? MemoryBytes, double? Cpus, bool ReadOnlyRootFilesystem, bool DropAllCapabilities, bool NoNewPrivileges, string? User)
{
    private static readonly (string Suffix, double Factor)[] Units =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("m", 1e-3), ("", 1)];

    public static ContainerLimits FromYaml(YamlMap container)
    {
        var limits = container.Map("resources").Map("limits");
        var context = container.Map("securityContext");
        return new(
            (long?)Quantity(limits, "memory"),
            Quantity(limits, "cpu"),
            context.Text("readOnlyRootFilesystem") == "true",
            context.Map("capabilities").Texts("drop").Contains("ALL"),
            context.Text("allowPrivilegeEscalation") == "false",
            context.Text("runAsUser"));
    }

    private static double? Quantity(YamlMap limits, string name)
    {
        if (limits.Text(name) is not { } text) return null;
        var (suffix, factor) = Units.First(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        return double.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number * factor
            : throw limits.Invalid($"{name} should be a quantity such as 256Mi or 500m, got '{text}'");
    }
}
