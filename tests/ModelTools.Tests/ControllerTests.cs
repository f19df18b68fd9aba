using InferenceServices.ModelTools.Manifests;
using InferenceServices.ModelTools.Up;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares <see cref="Controller"/> with the source of KServe's controller.</summary>
public sealed class ControllerTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void The_last_value_of_a_repeated_variable_applies()
        => Assert.Equal(new() { ["A"] = "2", ["B"] = "x=y", ["C"] = "" }, UpCommand.Variables(["A=1", "B=x=y", "A=2", "C="]));

    [Fact]
    public void A_model_gets_the_arguments_of_its_runtime_and_then_its_own()
    {
        var predictor = Plan("""
            predictor:
              model: {modelFormat: {name: onnx}, protocolVersion: v2, storageUri: "s3://b/m", args: ["--max_batch_size=8"], env: [{name: A, value: "1"}]}
            """).Single();

        Assert.Equal(["--model_name=iris", "--model_dir=/mnt/models", "--http_port=8080", "--max_batch_size=8"], predictor.Args);
        Assert.Equal("inference-services-predictor", predictor.Image);
        Assert.Equal([new StoredModel("s3://b/m", "/mnt/models")], predictor.Models);
        Assert.Equal("iris", predictor.Environment["INFERENCE_SERVICE_NAME"]);
        Assert.Equal("1", predictor.Environment["A"]);
        Assert.Equal(new Readiness("/v2/health/ready", false), predictor.Readiness);
        Assert.Equal(new ContainerLimits(1L << 30, 1, true, true, true, null), predictor.Limits);
    }

    [Fact]
    public void The_older_onnx_field_implies_V2()
    {
        var predictor = Plan("""predictor: {onnx: {storageUri: "s3://b/m.onnx", resources: {limits: {memory: 2Gi}}}}""").Single();

        Assert.Equal(["--model_name=iris", "--model_dir=/mnt/models", "--http_port=8080"], predictor.Args);
        Assert.Equal(("s3://b/m.onnx", 2L << 30), (predictor.Models.Single().Uri, predictor.Limits.MemoryBytes));
    }

    [Theory]
    [InlineData("{path: /models/iris, parameters: {type: s3, bucket: b}}", "s3://b/models/iris")]
    [InlineData("{key: localMinIO, path: models/iris}", "<scheme-placeholder>://<bucket-placeholder>/models/iris")]
    public void A_storage_path_becomes_an_address_with_placeholders_for_the_secret(string storage, string uri)
        => Assert.Equal(uri, Plan($$"""predictor: {model: {modelFormat: {name: onnx}, storage: {{storage}} } }""").Single().Models.Single().Uri);

    [Fact]
    public void Several_models_have_separate_paths_below_one_mount()
    {
        var container = Plan("""
            predictor:
              storageUris: [{uri: "s3://b/base", mountPath: /mnt/models/base}, {uri: "hf://o/m", mountPath: /mnt/models/lora/one}]
              containers: [{image: p}]
            """).Single();

        Assert.Equal([new("s3://b/base", "/mnt/models/base"), new("hf://o/m", "/mnt/models/lora/one")], container.Models);
        Assert.Equal("/mnt/models", container.ModelsMount);
    }

    [Fact]
    public void Templates_in_arguments_are_expanded_and_runtimeVersion_is_the_image_tag()
    {
        var predictor = Plan("""
            predictor: {model: {modelFormat: {name: onnx}, runtimeVersion: "1.2", storageUri: "s3://b/{{.Name}}", args: ["--model_version={{.Namespace}}"]}}
            """).Single();

        Assert.Equal("--model_version=ns", predictor.Args[^1]);
        Assert.Equal("inference-services-predictor:1.2", predictor.Image);
        // The controller does not expand templates in storageUri.
        Assert.Equal("s3://b/{{.Name}}", predictor.Models.Single().Uri);
    }

    [Fact]
    public void A_transformer_in_the_predictors_pod_shares_the_model_and_has_only_its_own_arguments()
    {
        var containers = Plan("""
            predictor:
              model: {modelFormat: {name: onnx}, storageUri: "s3://b/m", args: ["--http_port=8085"]}
              containers: [{name: transformer-container, image: t, args: ["--model_name=iris", "--predictor_host=localhost:8085"]}]
            """);

        Assert.Equal(["predictor", "transformer"], containers.Select(container => container.Component));
        Assert.Equal(["--model_name=iris", "--predictor_host=localhost:8085"], containers[1].Args);
        Assert.Equal("s3://b/m", containers[1].Models.Single().Uri);
    }

    [Fact]
    public void Transformer_and_explainer_get_name_predictor_and_port()
    {
        var containers = Plan("""
            predictor: {containers: [{name: kserve-container, image: p, env: [{name: STORAGE_URI, value: "s3://b/m"}]}]}
            transformer: {containerConcurrency: 5, containers: [{name: kserve-container, image: t, args: ["--a", "b"]}]}
            explainer: {containerConcurrency: 5, containers: [{name: kserve-container, image: e}]}
            """);

        Assert.Empty(containers[0].Args);
        Assert.Equal("s3://b/m", containers[0].Models.Single().Uri);
        Assert.Equal(["--a", "b", "--model_name", "iris", "--predictor_host", "iris-predictor.ns", "--http_port", "8080", "--workers", "5"], containers[1].Args);
        Assert.Equal(["--model_name", "iris", "--predictor_host", "iris-predictor.ns", "--http_port", "8080", "--workers", "5"], containers[2].Args);
    }

    // The explainer's port is always appended.
    [Fact]
    public void Arguments_of_the_manifest_are_not_added_again()
    {
        var args = """args: ["--model_name=other", "--predictor_host=", "--http_port=9000", "--workers=2"]""";
        var containers = Plan($$"""
            predictor: {containers: [{image: p}]}
            transformer: {containerConcurrency: 5, containers: [{image: t, {{args}} }]}
            explainer: {containerConcurrency: 5, containers: [{image: e, {{args}} }]}
            """);

        Assert.Equal(["--model_name=other", "--predictor_host=", "--http_port=9000", "--workers=2"], containers[1].Args);
        Assert.Equal(["--model_name=other", "--predictor_host=", "--http_port=9000", "--workers=2", "--http_port", "8080"], containers[2].Args);
        Assert.Equal("", containers[2].Setting("predictor_host"));
    }

    [Fact]
    public void Overrides_replace_variables_and_are_expanded_in_arguments()
    {
        var container = Plan("""
            predictor: {containers: [{image: p, args: ["--wiki_url=$(WIKI_URL)", "$(UNKNOWN)"], env: [{name: WIKI_URL, value: "http://cluster"}, {name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: API, value: "$(WIKI_URL)/w"}]}]}
            """, new() { ["WIKI_URL"] = "http://here", ["TOKEN"] = "t" }).Single();

        Assert.Equal(["--wiki_url=http://here", "$(UNKNOWN)"], container.Args);
        Assert.Equal("t", container.Environment["TOKEN"]);
        Assert.Equal("http://here/w", container.Environment["API"]);
    }

    [Theory]
    [InlineData("transformer: {}", "spec.predictor is missing")]
    [InlineData("predictor: {containers: []}", "it should have one container or a model")]
    [InlineData("predictor: {containers: [{image: p}, {image: sidecar}]}", "other containers in a pod are not supported")]
    [InlineData("predictor: {model: {modelFormat: {name: onnx}}, containers: [{image: p}]}", "optionally a transformer-container")]
    [InlineData("predictor: {storageUris: [{uri: s}], model: {modelFormat: {name: onnx}, storageUri: s}}", "it has storageUris beside storageUri")]
    [InlineData("predictor: {storageUris: [{uri: s, mountPath: /a/b}, {uri: t, mountPath: /c}], containers: [{image: p}]}", "have no common parent folder")]
    [InlineData("predictor: {storageUris: [{mountPath: /mnt}], containers: [{image: p}]}", "storageUris[0]: uri is missing")]
    [InlineData("predictor: {sklearn: {storageUri: s}}", "it should have one container or a model")]
    [InlineData("predictor: {containers: [{image: p}, {name: transformer-container, image: t}]}\ntransformer: {containers: [{image: t}]}", "a transformer is both in spec.transformer")]
    [InlineData("predictor: {containers: [{image: p}]}\ntransformer: {containers: []}", "it should have one container")]
    [InlineData("predictor: {containers: [{name: kserve-container}]}", "image is missing")]
    [InlineData("predictor: {containers: [{image: p, command: [sh]}]}", "command is not supported")]
    [InlineData("predictor: {containers: [{image: p, env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}]}]}", "A comes from the cluster; set it with --env A=VALUE")]
    [InlineData("predictor: {containers: [{image: p, resources: {limits: {memory: much}}}]}", "memory should be a quantity such as 256Mi or 500m, got 'much'")]
    [InlineData("predictor: {model: {modelFormat: {name: sklearn}}}", "inference-services-onnx serves onnx, not sklearn")]
    [InlineData("predictor: {model: {modelFormat: {name: onnx, version: '2'}}}", "serves onnx, not onnx 2")]
    [InlineData("predictor: {model: {modelFormat: {name: onnx}, runtime: triton}}", "runtime triton is not available")]
    [InlineData("predictor: {model: {modelFormat: {name: onnx}, protocolVersion: v3}}", "protocolVersion should be one of v1, v2, grpc-v2, got v3")]
    [InlineData("predictor: text", "should be a mapping, got 'text'")]
    public void Unsupported_manifests_are_rejected_with_their_path(string spec, string message)
        => Assert.Contains(message, Assert.Throws<ModelFileException>(() => Plan(spec)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("2", 2)]
    [InlineData("1.5", 1.5)]
    public void Processors_are_parsed_as_in_Kubernetes(string text, double expected)
        => Assert.Equal(expected, Plan($$"""predictor: {containers: [{image: p, resources: {limits: {cpu: "{{text}}"} } }]}""").Single().Limits.Cpus);

    private static IReadOnlyList<Container> Plan(string spec, Dictionary<string, string>? overrides = null)
        => Controller.Plan(
            YamlMap.Parse("test.yaml", $"kind: InferenceService\nmetadata: {{name: iris, namespace: ns}}\nspec:\n{string.Join('\n', spec.Split('\n').Select(line => "  " + line))}").Single(),
            overrides ?? Nothing);
}
