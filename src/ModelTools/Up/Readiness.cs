using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>How a container is asked whether it is ready; Kubernetes' default is that its port takes connections.</summary>
/// <param name="HttpPath">Asked over HTTP when it is there.</param>
/// <param name="Grpc">Whether gRPC's health service is asked.</param>
internal sealed record Readiness(string? HttpPath, bool Grpc)
{
    public static Readiness Of(YamlMap container)
    {
        var probe = container.Map("readinessProbe");
        return new(probe.Map("httpGet").Text("path"), probe.Has("grpc"));
    }
}
