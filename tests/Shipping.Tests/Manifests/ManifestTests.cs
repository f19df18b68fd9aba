using InferenceServices.Configuration;
using InferenceServices.Explainer;
using InferenceServices.OresLegacy.Hosting;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using k8s;
using k8s.Models;
using Newtonsoft.Json.Linq;

namespace InferenceServices.Shipping.Tests.Manifests;

public sealed class ManifestTests
{
    private static readonly Dictionary<string, string> Resources = new()
    {
        ["InferenceService"] = "InferenceService.v1beta1",
        ["ClusterServingRuntime"] = "ClusterServingRuntime.v1alpha1",
        ["ClusterStorageContainer"] = "ClusterStorageContainer.v1alpha1",
    };

    private static readonly Dictionary<string, IReadOnlyList<Switch>> Programs = new()
    {
        ["inference-services-predictor"] = PredictorHost.CreateBuilder(["--help"]).GetSwitches().Switches,
        ["inference-services-transformer"] = TransformerHost.CreateBuilder(["--help"]).GetSwitches().Switches,
        ["inference-services-explainer"] = ExplainerHost.CreateBuilder(["--help"]).GetSwitches().Switches,
        ["inference-services-ores-legacy"] = OresLegacyHost.CreateBuilder(["--help"]).GetSwitches().Switches,
        ["inference-services-storage-initializer"] = [],
    };

    [Fact(Skip = Schemas.Missing, SkipUnless = nameof(Schemas.IsPresent), SkipType = typeof(Schemas))]
    public async Task Every_resource_is_valid_by_KServes_schema()
    {
        var checkedKinds = new HashSet<string>();
        foreach (var (file, document) in DeployFiles.All.Where(item => Resources.ContainsKey(DeployFiles.KindOf(item.Document))))
        {
            var kind = DeployFiles.KindOf(document);
            checkedKinds.Add(kind);
            var problems = (await Schemas.ReadStrictAsync(Resources[kind])).Problems(document);
            Assert.True(problems.Count == 0, $"{file}: {string.Join("; ", problems)}");
            Assert.Equal(kind == "InferenceService" ? "serving.kserve.io/v1beta1" : "serving.kserve.io/v1alpha1", (string?)document["apiVersion"]);
        }
        Assert.Equal(Resources.Keys.Order(StringComparer.Ordinal), checkedKinds.Order(StringComparer.Ordinal));
    }

    // The validator finds errors at any depth.
    [Theory(Skip = Schemas.Missing, SkipUnless = nameof(Schemas.IsPresent), SkipType = typeof(Schemas))]
    [InlineData("spec.predictor.containers[0]", "imgae", "x", "NoAdditionalPropertiesAllowed")]
    [InlineData("spec.predictor.containers[0].readinessProbe.httpGet", "prot", 1, "NoAdditionalPropertiesAllowed")]
    [InlineData("spec.explainer", "replicas", 1, "NoAdditionalPropertiesAllowed")]
    [InlineData("spec.predictor", "minReplicas", "1", "IntegerExpected")]
    [InlineData("spec.predictor.containers[0].env[0]", "value", 1, "StringExpected")]
    [InlineData("metadata.annotations", "autoscaling.knative.dev/target", 5, "StringExpected")]
    public async Task An_invalid_field_is_found(string where, string field, object value, string problem)
    {
        var schema = await Schemas.ReadStrictAsync(Resources["InferenceService"]);
        var document = YamlTokens.Read(Checkout.PathOf("deploy/services/langid.yaml"))[0];
        Assert.Empty(schema.Problems(document));

        document.SelectToken(where)![field] = JToken.FromObject(value);

        Assert.Contains(schema.Problems(document), found => found.EndsWith(problem, StringComparison.Ordinal));
    }

    [Fact(Skip = Schemas.Missing, SkipUnless = nameof(Schemas.IsPresent), SkipType = typeof(Schemas))]
    public async Task A_container_without_a_name_is_found()
    {
        var schema = await Schemas.ReadStrictAsync(Resources["InferenceService"]);
        var document = YamlTokens.Read(Checkout.PathOf("deploy/services/langid.yaml"))[0];

        ((JObject)document.SelectToken("spec.predictor.containers[0]")!).Remove("name");

        Assert.NotEmpty(schema.Problems(document));
    }

    [Fact]
    public void Other_resources_are_valid_Kubernetes_objects()
    {
        var read = new List<string>();
        foreach (var (_, document) in DeployFiles.All)
        {
            var text = document.ToString();
            switch (DeployFiles.KindOf(document))
            {
                case "NetworkPolicy": KubernetesYaml.Deserialize<V1NetworkPolicy>(text, strict: true); break;
                case "PodDisruptionBudget": KubernetesYaml.Deserialize<V1PodDisruptionBudget>(text, strict: true); break;
                case "Deployment": KubernetesYaml.Deserialize<V1Deployment>(text, strict: true); break;
                case "Service": KubernetesYaml.Deserialize<V1Service>(text, strict: true); break;
                default: continue;
            }
            read.Add(DeployFiles.KindOf(document));
        }
        Assert.Contains("NetworkPolicy", read);
        Assert.Contains("PodDisruptionBudget", read);
        Assert.Contains("Deployment", read);
        Assert.Contains("Service", read);
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.Deserialize<V1PodDisruptionBudget>("{kind: PodDisruptionBudget, spec: {maxUnavailabel: 1}}", strict: true));
    }

    [Fact]
    public void The_manifests_equal_the_output_of_isvc_manifest()
    {
        using var folder = new TemporaryFolder();
        var values = Directory.GetFiles(Checkout.PathOf("src/Services"), "service.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(Checkout.Root, file)).ToArray();
        using var output = new StringWriter();
        using var error = new StringWriter();
        // The output has paths, so run in the checkout as `make manifests` does.
        var made = ModelTools.IsvcProgram.Run(["manifest", .. values.Select(Checkout.PathOf), "--output", folder.Below("services"), "--compose", folder.Below("docker-compose.yml")], output, error);

        Assert.True(made == 0, error.ToString());
        Assert.True(File.ReadAllText(folder.Below("docker-compose.yml")) == File.ReadAllText(Checkout.PathOf("docker-compose.yml")), "docker-compose.yml differs from service.yaml; run: make manifests");
        Assert.Equal(
            Directory.GetFiles(Checkout.PathOf("deploy/services")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Below("services")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(folder.Below("services")), file => Assert.True(
            WithoutPaths(File.ReadAllText(file)) == WithoutPaths(File.ReadAllText(Checkout.PathOf($"deploy/services/{Path.GetFileName(file)}"))),
            $"deploy/services/{Path.GetFileName(file)} is not what service.yaml says; run: make manifests"));
    }

    [Fact]
    public void Every_image_variable_and_switch_is_known()
    {
        var seen = 0;
        foreach (var (file, document) in DeployFiles.All)
        {
            foreach (var (_, container) in DeployFiles.Containers(document))
            {
                Assert.True(Programs.TryGetValue((string)container["image"]!, out var options), $"{file}: image {container["image"]}");
                var known = options.Select(found => found.Name).ToHashSet();
                // Read by KServe, which then adds the storage-initializer.
                var variables = container.SelectTokens("env[*].name").Select(name => (string)name!).Where(name => name != "STORAGE_URI");
                Assert.All(variables, name => Assert.Contains(name.ToLowerInvariant(), known));
                var switches = container.SelectTokens("args[*]").Select(arg => (string)arg!).Where(arg => arg.StartsWith("--", StringComparison.Ordinal));
                Assert.All(switches, arg => Assert.Contains(arg[2..].Split('=')[0], known));
                seen++;
            }
        }
        Assert.True(seen > 5);
    }

    /// <summary>The annotations by which Lift Wing's Prometheus finds pods.</summary>
    [Fact]
    public void The_metrics_of_every_service_are_scraped()
    {
        var services = Directory.GetFiles(Checkout.PathOf("deploy/services")).SelectMany(YamlTokens.Read).Where(document => (string?)document["kind"] == "InferenceService").ToList();

        Assert.NotEmpty(services);
        Assert.All(services, service => Assert.Equal(
            ("true", "8080", "/metrics"),
            ((string?)service["metadata"]!["annotations"]!["prometheus.kserve.io/scrape"], (string?)service["metadata"]!["annotations"]!["prometheus.kserve.io/port"], (string?)service["metadata"]!["annotations"]!["prometheus.kserve.io/path"])));
    }

    [Fact]
    public void Every_container_is_unprivileged_and_read_only()
        => Assert.All(
            DeployFiles.All.SelectMany(item => DeployFiles.Containers(item.Document).Select(found => found.Container).Concat(item.Document.SelectTokens("spec.container").Cast<JObject>())),
            container =>
            {
                Assert.Equal("ALL", (string?)container.SelectToken("securityContext.capabilities.drop[0]"));
                Assert.True((bool?)container.SelectToken("securityContext.readOnlyRootFilesystem"));
                Assert.False((bool?)container.SelectToken("securityContext.allowPrivilegeEscalation"));
                Assert.NotNull(container.SelectToken("resources.limits.memory"));
            });

    [Theory(Skip = Kubectl.KubectlOrSchemasMissing, SkipUnless = nameof(Kubectl.HasKubectlAndSchemas), SkipType = typeof(Kubectl))]
    [InlineData("deploy/overlays/staging")]
    [InlineData("deploy/overlays/production")]
    [InlineData("deploy/runtimes")]
    public async Task Rendered_overlays_are_valid(string folder)
    {
        var rendered = await Kubectl.RenderAsync(Checkout.PathOf(folder));

        Assert.NotEmpty(rendered);
        foreach (var document in rendered.Where(document => Resources.ContainsKey(DeployFiles.KindOf(document))))
            Assert.Empty((await Schemas.ReadStrictAsync(Resources[DeployFiles.KindOf(document)])).Problems(document));
        if (folder == "deploy/runtimes") return;
        Assert.Equal(Directory.GetFiles(Checkout.PathOf("deploy/services")).Length - 1, rendered.Count(document => DeployFiles.KindOf(document) == "InferenceService"));
        Assert.All(rendered.SelectMany(DeployFiles.Containers), found => Assert.Matches("^docker-registry\\..*/machinelearning-inference-services-(predictor|transformer|explainer|ores-legacy):.+$", (string)found.Container["image"]!));
    }

    [Theory(Skip = Kubectl.KubectlOrSchemasMissing, SkipUnless = nameof(Kubectl.HasKubectlAndSchemas), SkipType = typeof(Kubectl))]
    [InlineData("deploy/overlays/staging")]
    public async Task Staging_has_one_replica_each_and_no_production_stream(string folder)
    {
        var rendered = await Kubectl.RenderAsync(Checkout.PathOf(folder));
        var services = rendered.Where(document => DeployFiles.KindOf(document) == "InferenceService").ToList();
        var tests = YamlTokens.Read(Checkout.PathOf("deploy/overlays/staging/streams.yaml"))[0]["data"]!.Values().Select(value => (string)value!).ToHashSet();
        var streams = services.SelectMany(service => service.SelectTokens("spec.predictor.containers[*].env[?(@.name=='EVENTGATE_STREAM')].value")).Select(value => (string)value!).ToList();

        Assert.All(services, service => Assert.Equal(1, (int)service.SelectToken("spec.predictor.maxReplicas")!));
        Assert.True(streams.Count >= 3);
        Assert.All(streams, stream => Assert.Contains(stream, tests));
    }

    [Theory(Skip = Kubectl.KubectlOrSchemasMissing, SkipUnless = nameof(Kubectl.HasKubectlAndSchemas), SkipType = typeof(Kubectl))]
    [InlineData("inference-services-predictor")]
    [InlineData("inference-services-storage-initializer")]
    public async Task Images_of_the_runtimes_come_from_the_registry_of_the_kustomization(string image)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Checkout.PathOf("deploy/runtimes")))
            folder.Write(Path.GetFileName(file), File.ReadAllText(file).Replace($"newName: {image}, newTag: latest", $"newName: registry/team/{image}, newTag: '7'", StringComparison.Ordinal));

        var rendered = await Kubectl.RenderAsync(folder.Path);

        Assert.Single(rendered.SelectMany(document => document.SelectTokens("spec..image")), found => (string?)found == $"registry/team/{image}:7");
    }

    private static string WithoutPaths(string text) => string.Join('\n', text.Split('\n').Skip(1));
}
