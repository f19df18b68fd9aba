namespace InferenceServices.ModelTools.Manifests;

/// <summary>
/// A service's <c>service.yaml</c>: the values Lift Wing's chart <c>kserve-inference</c> takes, and <c>explainer</c> in the shape of its
/// <c>predictor</c> and <c>transformer</c>. Defaults stand in <c>inference</c>, each InferenceService in <c>inference_services</c>.
/// </summary>
internal static class ServiceValues
{
    private const int HttpPort = 8080;

    private static readonly string[] Components = ["predictor", "transformer", "explainer"];

    /// <summary>The InferenceServices of a file, each with what else stands in the cluster for it.</summary>
    /// <exception cref="ModelFileException">A key is unknown, of the wrong kind, or missing.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<Dictionary<string, object?>> Documents)> Read(string path)
    {
        if (YamlMap.Read(path) is not [var values]) throw new ModelFileException($"{path}: should hold one document.");
        var defaults = values.Only("inference", "inference_services").Map("inference").Only(["annotations", "labels", .. Components]);
        var services = values.Map("inference_services");
        return [.. services.Keys.Select(name => (name, (IReadOnlyList<Dictionary<string, object?>>)
            [InferenceService(name, defaults, services.Map(name).Only(["annotations", "labels", .. Components])), DisruptionBudget(name)]))];
    }

    private static Dictionary<string, object?> InferenceService(string name, YamlMap defaults, YamlMap service)
    {
        var metadata = new Dictionary<string, object?> { ["name"] = name };
        var labels = defaults.Map("labels").With(service.Map("labels")).ToDictionary();
        labels["app.kubernetes.io/part-of"] = "inference-services";
        metadata["labels"] = labels;
        var annotations = defaults.Map("annotations").With(service.Map("annotations")).ToDictionary();
        if (annotations.Count > 0) metadata["annotations"] = annotations;

        var spec = new Dictionary<string, object?>();
        foreach (var component in Components)
        {
            var (below, above) = (defaults.Map(component), service.Map(component));
            if (below.Keys.Any() || above.Keys.Any()) spec[component] = Component(below, above);
        }
        if (!spec.ContainsKey("predictor")) throw service.Wrong("there is no predictor, neither here nor in inference");
        return new Dictionary<string, object?>
        {
            ["apiVersion"] = "serving.kserve.io/v1beta1",
            ["kind"] = "InferenceService",
            ["metadata"] = metadata,
            ["spec"] = spec,
        };
    }

    // Nodes are emptied one pod of a predictor at a time. The labels are the controller's.
    private static Dictionary<string, object?> DisruptionBudget(string name) => new()
    {
        ["apiVersion"] = "policy/v1",
        ["kind"] = "PodDisruptionBudget",
        ["metadata"] = new Dictionary<string, object?> { ["name"] = $"{name}-predictor" },
        ["spec"] = new Dictionary<string, object?>
        {
            ["maxUnavailable"] = 1,
            ["selector"] = new Dictionary<string, object?>
            {
                ["matchLabels"] = new Dictionary<string, object?> { ["serving.kserve.io/inferenceservice"] = name, ["component"] = "predictor" },
            },
        },
    };

    private static Dictionary<string, object?> Component(YamlMap below, YamlMap above)
    {
        var values = below.Only("image", "version", "base_env", "config", "container", "model", "volumes")
            .With(above.Only("image", "image_version", "custom_env", "config", "container", "model"));
        var spec = values.Map("config").ToDictionary();
        spec.TryAdd("securityContext", new Dictionary<string, object?>
        {
            ["runAsNonRoot"] = true,
            ["seccompProfile"] = new Dictionary<string, object?> { ["type"] = "RuntimeDefault" },
        });
        if (values.Has("volumes")) spec["volumes"] = values.Maps("volumes").Select(volume => volume.ToDictionary()).ToList();

        // A later variable of the same name wins in Kubernetes too; written once, it is read more easily.
        var env = new Dictionary<string, object?>();
        foreach (var variable in values.Maps("base_env").Concat(values.Maps("custom_env")))
            env[variable.Text("name") ?? throw variable.Wrong("a variable needs a name")] = variable.ToDictionary();
        var container = values.Map("container");
        if (container.Has("env")) throw container.Wrong("variables belong in base_env and custom_env");

        // By KServe's model field the cluster's serving runtime for the format is taken, which has its own image, ports and probes.
        if (values.Has("model"))
        {
            var model = values.Map("model").With(container).ToDictionary();
            if (env.Count > 0) model["env"] = env.Values.ToList();
            spec["model"] = model;
            return spec;
        }
        var image = values.Text("image") ?? throw values.Wrong("it needs an image or a model");
        var version = values.Text("image_version") ?? values.Text("version");
        spec["containers"] = new List<object> { Container(version is null ? image : $"{image}:{version}", [.. env.Values], container) };
        return spec;
    }

    private static Dictionary<string, object?> Container(string image, List<object?> env, YamlMap over)
    {
        var container = new Dictionary<string, object?> { ["name"] = "kserve-container", ["image"] = image };
        var values = over.ToDictionary();
        values.TryAdd("ports", new List<object> { new Dictionary<string, object?> { ["name"] = "http1", ["containerPort"] = HttpPort, ["protocol"] = "TCP" } });
        if (values.Remove("args", out var args)) container["args"] = args;
        if (values.Remove("ports", out var ports)) container["ports"] = ports;
        if (env.Count > 0) container["env"] = env;
        foreach (var (key, value) in values) container[key] = value;

        // Knative gives a container one port; whose port speaks HTTP/2 is asked over gRPC.
        var h2c = over.Maps("ports").FirstOrDefault(port => port.Text("name") is "h2c");
        container.TryAdd("startupProbe", Probe(h2c, "ready", 1, 300));
        container.TryAdd("readinessProbe", Probe(h2c, "ready", 5, 2));
        container.TryAdd("livenessProbe", Probe(h2c, "live", 10, 6));
        container.TryAdd("securityContext", new Dictionary<string, object?>
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = new Dictionary<string, object?> { ["drop"] = new List<object> { "ALL" } },
        });
        return container;
    }

    private static Dictionary<string, object?> Probe(YamlMap? h2c, string what, int period, int failures)
    {
        var probe = new Dictionary<string, object?>();
        if (h2c is null) probe["httpGet"] = new Dictionary<string, object?> { ["path"] = $"/v2/health/{what}", ["port"] = HttpPort };
        else probe["grpc"] = new Dictionary<string, object?> { ["port"] = h2c.Number("containerPort") ?? throw h2c.Wrong("it needs a containerPort") };
        probe["periodSeconds"] = period;
        probe["failureThreshold"] = failures;
        return probe;
    }
}
