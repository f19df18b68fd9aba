using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>The readiness probe of a container. Without a probe, a container is ready when its port accepts connections.</summary>
/// <param name="HttpPath">Path of an HTTP probe, or null.</param>
/// <param name="Grpc">Whether the probe calls gRPC's health service.</param>
internal sealed record Readiness(string? HttpPath, bool Grpc)
{
    public static Readiness FromYaml(YamlMap container)
    {
        var probe = container.Map("readinessProbe");
        return new(probe.Map("httpGet").Text("path"), probe.Has("grpc"));
    }
}
