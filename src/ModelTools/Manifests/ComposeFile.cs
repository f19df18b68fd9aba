using InferenceServices.ModelTools.Up;

namespace InferenceServices.ModelTools.Manifests;

/// <summary>Builds a Docker Compose file: each image is a variant of <c>blubber.yaml</c>, each model a local folder.</summary>
internal static class ComposeFile
{
    /// <summary>Returns the compose file of InferenceServices. Excludes gRPC variants, because the HTTP variants serve both protocols, and services with a transformer container, which <c>isvc up</c> runs.</summary>
    public static Dictionary<string, object?> Of(IEnumerable<YamlMap> services)
    {
        var included = services.Select(service => (Name: service.Map("metadata").Text("name")!, Containers: Controller.Plan(service, new Dictionary<string, string>()))).Where(IsSingleContainer);
        return new() { ["services"] = included.ToDictionary(service => service.Name, service => (object?)Service(service.Name, service.Containers[0])) };
    }

    private static bool IsSingleContainer((string Name, IReadOnlyList<Container> Containers) service)
        => service.Containers[0].ProjectImage is not null && !service.Containers[0].Readiness.Grpc && !service.Containers.Any(container => container.Component == "transformer");

    private static Dictionary<string, object?> Service(string name, Container container)
    {
        var service = new Dictionary<string, object?>
        {
            ["platform"] = "linux/amd64",
            ["build"] = new Dictionary<string, object?> { ["context"] = ".", ["dockerfile"] = "blubber.yaml", ["target"] = container.ProjectImage },
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

    // Addresses without TLS exist only in the cluster; .env sets their local values, which are empty by default.
    private static string ValueOf(KeyValuePair<string, string> variable)
        => variable.Value.StartsWith("http://", StringComparison.Ordinal) ? $"${{{variable.Key}:-}}" : variable.Value.Replace("$", "$$", StringComparison.Ordinal);
}
