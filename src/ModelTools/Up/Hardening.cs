using System.Globalization;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Limits and rights of a container, as podman takes them.</summary>
/// <param name="MemoryBytes">Of Kubernetes' <c>limits.memory</c>.</param>
/// <param name="Cpus">Of <c>limits.cpu</c>.</param>
/// <param name="ReadOnly">Whether it may write nowhere.</param>
/// <param name="DropsAll">Whether it has no capability.</param>
/// <param name="NoNewPrivileges">Whether it may gain none.</param>
/// <param name="User">Id it runs as, when that is not the image's choice.</param>
internal sealed record Hardening(long? MemoryBytes, double? Cpus, bool ReadOnly, bool DropsAll, bool NoNewPrivileges, string? User)
{
    private static readonly (string Suffix, double Factor)[] Units =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("m", 1e-3), ("", 1)];

    public static Hardening Of(YamlMap container)
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
            : throw limits.Wrong($"{name} should be a quantity as 256Mi or 500m, got '{text}'");
    }
}
