namespace InferenceServices.ModelTools.Manifests;

/// <summary>
/// Reads a service's <c>service.yaml</c>: values of Lift Wing's chart <c>kserve-inference</c>, plus <c>explainer</c> with the fields of
/// <c>predictor</c> and <c>transformer</c>. <c>inference</c> has defaults, <c>inference_services</c> the InferenceServices.
/// </summary>
internal static class ServiceValues
{
    private const int HttpPort = 8080;

    private static readonly string[] Components = ["predictor", "transformer", "explainer"];

    /// <summary>Returns the InferenceServices of a file, each with its other Kubernetes objects.</summary>
    /// <exception cref="ModelFileException">A key is unknown, missing, or has a value of the wrong type.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<Dictionary<string, object?>> Documents)> Read(string path)
    {
        if (YamlMap.Read(path) is not [var values]) throw new ModelFileException($"{path}: should have one document.");
        var defaults = values.AllowOnly("inference", "inference_services").Map("inference").AllowOnly(["annotations", "labels", .. Components]);
        var services = values.Map("inference_services");
        return [.. services.Keys.Select(name => (name, (IReadOnlyList<Dictionary<string, object?>>)
            [InferenceService(name, defaults, services.Map(name).AllowOnly(["annotations", "labels", .. Components])), DisruptionBudget(name)]))];
    }

    private static Dictionary<string, object?> InferenceService(string name, YamlMap defaults, YamlMap service)
    {
        var metadata = new Dictionary<string, object?> { ["name"] = name };
        var labels = defaults.Map("labels").MergeWith(service.Map("labels")).ToDictionary();
        labels["app.kubernetes.io/part-of"] = "inference-services";
        metadata["labels"] = labels;
        var annotations = defaults.Map("annotations").MergeWith(service.Map("annotations")).ToDictionary();
        if (annotations.Count > 0) metadata["annotations"] = annotations;

        var spec = new Dictionary<string, object?>();
        foreach (var component in Components)
        {
            var (componentDefaults, overrides) = (defaults.Map(component), service.Map(component));
            if (componentDefaults.Keys.Any() || overrides.Keys.Any()) spec[component] = Component(componentDefaults, overrides);
        }
        if (!spec.ContainsKey("predictor")) throw service.Invalid("predictor is missing, here and in inference");
        return new Dictionary<string, object?>
        {
            ["apiVersion"] = "serving.kserve.io/v1beta1",
            ["kind"] = "InferenceService",
            ["metadata"] = metadata,
            ["spec"] = spec,
        };
    }

    // A node drain evicts one predictor pod at a time. KServe's controller sets these labels.
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

    private static Dictionary<string, object?> Component(YamlMap defaults, YamlMap overrides)
    {
        var values = defaults.AllowOnly("image", "version", "base_env", "config", "container", "model", "volumes")
            .MergeWith(overrides.AllowOnly("image", "image_version", "custom_env", "config", "container", "model"));
        var spec = values.Map("config").ToDictionary();
        spec.TryAdd("securityContext", new Dictionary<string, object?>
        {
            ["runAsNonRoot"] = true,
            ["seccompProfile"] = new Dictionary<string, object?> { ["type"] = "RuntimeDefault" },
        });
        if (values.Has("volumes")) spec["volumes"] = values.Maps("volumes").Select(volume => volume.ToDictionary()).ToList();

        // As in Kubernetes, the last variable with the same name wins; only that one is written.
        var env = new Dictionary<string, object?>();
        foreach (var variable in values.Maps("base_env").Concat(values.Maps("custom_env")))
            env[variable.Text("name") ?? throw variable.Invalid("a variable has no name")] = variable.ToDictionary();
        var container = values.Map("container");
        if (container.Has("env")) throw container.Invalid("variables belong in base_env and custom_env");

        // With KServe's model field, the cluster's serving runtime for the format sets image, ports and probes.
        if (values.Has("model"))
        {
            var model = values.Map("model").MergeWith(container).ToDictionary();
            if (env.Count > 0) model["env"] = env.Values.ToList();
            spec["model"] = model;
            return spec;
        }
        var image = values.Text("image") ?? throw values.Invalid("it has neither image nor model");
        var version = values.Text("image_version") ?? values.Text("version");
        spec["containers"] = new List<object> { Container(version is null ? image : $"{image}:{version}", [.. env.Values], container) };
        return spec;
    }

    private static Dictionary<string, object?> Container(string image, List<object?> env, YamlMap overrides)
    {
        var container = new Dictionary<string, object?> { ["name"] = "kserve-container", ["image"] = image };
        var values = overrides.ToDictionary();
        values.TryAdd("ports", new List<object> { new Dictionary<string, object?> { ["name"] = "http1", ["containerPort"] = HttpPort, ["protocol"] = "TCP" } });
        if (values.Remove("args", out var args)) container["args"] = args;
        if (values.Remove("ports", out var ports)) container["ports"] = ports;
        if (env.Count > 0) container["env"] = env;
        foreach (var (key, value) in values) container[key] = value;

        // Knative gives a container one port. If that port is HTTP/2, the probes use gRPC.
        var h2c = overrides.Maps("ports").FirstOrDefault(port => port.Text("name") is "h2c");
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

    private static Dictionary<string, object?> Probe(YamlMap? h2c, string state, int period, int failures)
    {
        var probe = new Dictionary<string, object?>();
        if (h2c is null) probe["httpGet"] = new Dictionary<string, object?> { ["path"] = $"/v2/health/{state}", ["port"] = HttpPort };
        else probe["grpc"] = new Dictionary<string, object?> { ["port"] = h2c.Number("containerPort") ?? throw h2c.Invalid("containerPort is missing") };
        probe["periodSeconds"] = period;
        probe["failureThreshold"] = failures;
        return probe;
    }
}
