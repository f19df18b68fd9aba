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
    public void A_predictor_by_format_a_transformer_and_an_explainer_make_three()
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
        var services = YamlMap.Read(Path.Combine(_directory.FullName, "compose.yml"))[0].Only("services").Map("services");

        Assert.Equal(["one"], services.Keys);
        var one = services.Map("one");
        Assert.Equal(("blubber.yaml", "transformer"), (one.Map("build").Text("dockerfile"), one.Map("build").Text("target")));
        Assert.Equal(["${PATH_TO_ONE_MODEL:-/dummy/path}:/mnt/models/:ro"], one.Texts("volumes"));
        Assert.Equal([("WIKI_URL", "${WIKI_URL:-}"), ("A", "$$1")], one.Map("environment").Keys.Select(key => (key, one.Map("environment").Text(key))));
    }

    [Fact]
    public void Numbers_in_quotes_stay_texts()
        => Assert.Contains("value: \"5\"", MakeText("""{inference: {predictor: {image: p, base_env: [{name: A, value: "5"}]}}, inference_services: {one: {}}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("{inference: {predictr: {image: p}}}", "predictr is not known here; known are annotations, labels, predictor, transformer, explainer")]
    [InlineData("{inference: {predictor: {imgae: p}}, inference_services: {one: {}}}", "imgae is not known here")]
    [InlineData("{inference_services: {one: {}}}", "there is no predictor")]
    [InlineData("{inference: {predictor: {version: '1'}}, inference_services: {one: {}}}", "it needs an image or a model")]
    [InlineData("{inference: {predictor: {image: p, base_env: [{value: '1'}]}}, inference_services: {one: {}}}", "a variable needs a name")]
    [InlineData("{inference: {predictor: {image: p, container: {env: []}}}, inference_services: {one: {}}}", "variables belong in base_env and custom_env")]
    [InlineData("{inference: [", "service.yaml: line ")]
    public void What_is_wrong_is_said_by_its_place(string values, string why)
        => Assert.Contains(why, Assert.Throws<ModelFileException>(() => ServiceValues.Read(FileOf(values))).Message, StringComparison.Ordinal);

    private YamlMap Make(string values) => YamlMap.Parse("made", MakeText(values))[0];

    private string MakeText(string values)
    {
        using var output = new StringWriter();
        Assert.Equal(0, CommandLine.Run(["manifest", FileOf(values), "--output", _directory.FullName, "--compose", Path.Combine(_directory.FullName, "compose.yml")], output, output));
        return File.ReadAllText(Path.Combine(_directory.FullName, "one.yaml"));
    }

    private string FileOf(string values)
    {
        var file = Path.Combine(_directory.FullName, "service.yaml");
        File.WriteAllText(file, values);
        return file;
    }
}
