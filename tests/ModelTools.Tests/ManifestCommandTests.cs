using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Tests;

public sealed class ManifestCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("modeltools-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Defaults_are_merged_with_each_services_own_values()
    {
        var service = Make("""
            inference:
              predictor: {image: p, version: "1", base_env: [{name: A, value: "1"}, {name: B, value: "2"}], container: {resources: {limits: {cpu: "1", memory: 1Gi}}}}
            inference_services:
              one: {predictor: {image_version: "2", custom_env: [{name: B, value: ""}], config: {minReplicas: 3}, container: {resources: {limits: {memory: 2Gi}}}}}
            """);
        var predictor = service.Map("spec").Map("predictor");
        var container = predictor.Maps("containers").Single();

        Assert.Equal("p:2", container.Text("image"));
        Assert.Equal([("A", "1"), ("B", "")], container.Maps("env").Select(variable => (variable.Text("name"), variable.Text("value"))));
        Assert.Equal(3, predictor.Number("minReplicas"));
        Assert.Equal(("1", "2Gi"), (container.Map("resources").Map("limits").Text("cpu"), container.Map("resources").Map("limits").Text("memory")));
        Assert.Equal("/v2/health/ready", container.Map("readinessProbe").Map("httpGet").Text("path"));
    }

    [Fact]
    public void Predictor_transformer_and_explainer_are_three_components()
    {
        var spec = Make("""
            inference:
              predictor: {model: {modelFormat: {name: onnx}, storageUri: "s3://b/m"}}
              transformer: {image: t}
              explainer: {image: e}
            inference_services: {one: {}}
            """).Map("spec");

        Assert.Equal(["predictor", "transformer", "explainer"], spec.Keys);
        Assert.Equal("s3://b/m", spec.Map("predictor").Map("model").Text("storageUri"));
        Assert.False(spec.Map("predictor").Has("containers"));
    }

    [Fact]
    public void A_compose_file_has_each_service_that_one_container_serves_over_HTTP()
    {
        MakeText("""
            inference:
              predictor: {image: "registry/inference-services-transformer:1", base_env: [{name: STORAGE_URI, value: "s3://b/m"}, {name: WIKI_URL, value: "http://in.cluster"}, {name: A, value: "$1"}]}
              explainer: {image: inference-services-explainer}
            inference_services:
              one: {}
              one-grpc: {predictor: {container: {ports: [{name: h2c, containerPort: 8081}]}}}
              in-two: {transformer: {image: t}}
            """);
        var services = YamlMap.Read(Path.Combine(_directory.FullName, "compose.yml"))[0].AllowOnly("services").Map("services");

        Assert.Equal(["one"], services.Keys);
        var service = services.Map("one");
        Assert.Equal(("blubber.yaml", "transformer"), (service.Map("build").Text("dockerfile"), service.Map("build").Text("target")));
        Assert.Equal(["${PATH_TO_ONE_MODEL:-/dummy/path}:/mnt/models/:ro"], service.Texts("volumes"));
        Assert.Equal([("WIKI_URL", "${WIKI_URL:-}"), ("A", "$$1")], service.Map("environment").Keys.Select(key => (key, service.Map("environment").Text(key))));
    }

    [Fact]
    public void Quoted_numbers_stay_strings()
        => Assert.Contains("value: \"5\"", MakeText("""{inference: {predictor: {image: p, base_env: [{name: A, value: "5"}]}}, inference_services: {one: {}}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("{inference: {predictr: {image: p}}}", "predictr is unknown here; known keys are annotations, labels, predictor, transformer, explainer")]
    [InlineData("{inference: {predictor: {imgae: p}}, inference_services: {one: {}}}", "imgae is unknown here")]
    [InlineData("{inference_services: {one: {}}}", "predictor is missing")]
    [InlineData("{inference: {predictor: {version: '1'}}, inference_services: {one: {}}}", "it has neither image nor model")]
    [InlineData("{inference: {predictor: {image: p, base_env: [{value: '1'}]}}, inference_services: {one: {}}}", "a variable has no name")]
    [InlineData("{inference: {predictor: {image: p, container: {env: []}}}, inference_services: {one: {}}}", "variables belong in base_env and custom_env")]
    [InlineData("{inference: [", "service.yaml: line ")]
    public void Errors_have_the_path_of_the_value(string values, string message)
        => Assert.Contains(message, Assert.Throws<ModelFileException>(() => ServiceValues.Read(FileOf(values))).Message, StringComparison.Ordinal);

    private YamlMap Make(string values) => YamlMap.Parse("made", MakeText(values))[0];

    private string MakeText(string values)
    {
        using var output = new StringWriter();
        Assert.Equal(0, IsvcProgram.Run(["manifest", FileOf(values), "--output", _directory.FullName, "--compose", Path.Combine(_directory.FullName, "compose.yml")], output, output));
        return File.ReadAllText(Path.Combine(_directory.FullName, "one.yaml"));
    }

    private string FileOf(string values)
    {
        var file = Path.Combine(_directory.FullName, "service.yaml");
        File.WriteAllText(file, values);
        return file;
    }
}
