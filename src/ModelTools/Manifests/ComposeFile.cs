using InferenceServices.ModelTools.Up;

namespace InferenceServices.ModelTools.Manifests;

/// <summary>Services for those who have Docker: each image built from its variant of <c>blubber.yaml</c>, each model from a folder of theirs.</summary>
internal static class ComposeFile
{
    /// <summary>The compose file of some InferenceServices. Those over gRPC are left out, because the others serve both; so are those in several containers, which <c>isvc up</c> runs.</summary>
    public static Dictionary<string, object?> Of(IEnumerable<YamlMap> services)
    {
        var alone = services.Select(service => (Name: service.Map("metadata").Text("name")!, Containers: Controller.Plan(service, new Dictionary<string, string>()))).Where(IsAlone);
        return new() { ["services"] = alone.ToDictionary(service => service.Name, service => (object?)Service(service.Name, service.Containers[0])) };
    }

    private static bool IsAlone((string Name, IReadOnlyList<Container> Containers) service)
        => service.Containers[0].OurImage is not null && !service.Containers[0].Readiness.Grpc && !service.Containers.Any(container => container.Component == "transformer");

    private static Dictionary<string, object?> Service(string name, Container container)
    {
        var service = new Dictionary<string, object?>
        {
            ["platform"] = "linux/amd64",
            ["build"] = new Dictionary<string, object?> { ["context"] = ".", ["dockerfile"] = "blubber.yaml", ["target"] = container.OurImage },
            ["ports"] = new List<object> { "8080:8080", "8081:8081" },
            ["environment"] = container.Environment.Where(variable => variable.Key is not ("STORAGE_URI" or "INFERENCE_SERVICE_NAME")).ToDictionary(variable => variable.Key, variable => (object?)ValueOf(variable)),
            ["volumes"] = new List<object> { $"${{PATH_TO_{name.ToUpperInvariant().Replace('-', '_')}_MODEL:-/dummy/path}}:{Container.ModelDirectory}/:ro" },
            ["read_only"] = true,
            ["cap_drop"] = new List<object> { "ALL" },
            ["security_opt"] = new List<object> { "no-new-privileges:true" },
        };
        if (container.Args.Count > 0) service["command"] = container.Args.ToList();
        return service;
    }

    // What is reached without TLS is within the cluster; here it is what .env says, or nothing.
    private static string ValueOf(KeyValuePair<string, string> variable)
        => variable.Value.StartsWith("http://", StringComparison.Ordinal) ? $"${{{variable.Key}:-}}" : variable.Value.Replace("$", "$$", StringComparison.Ordinal);
}
