using InferenceServices.Testing;
using InferenceServices.Testing.Blubber;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace InferenceServices.Shipping.Tests.Pipeline;

/// <summary>Validates <c>.pipeline/config.yaml</c> with the subset of PipelineLib's keys that it uses.</summary>
public sealed class PipelineConfigTests
{
    private static readonly string Text = File.ReadAllText(Checkout.PathOf(".pipeline/config.yaml"));

    private static readonly string[] Names = ["predictor", "transformer", "explainer", "storage-initializer", "ores-legacy"];

    public static TheoryData<string> Images => [.. Names];

    [Theory]
    [MemberData(nameof(Images))]
    public void A_change_is_tested_and_its_image_is_built(string image)
    {
        var stages = Read(Text)[image].Stages;

        Assert.Equal([("test", true, null), (image, false, null)], stages.Select(stage => (stage.Build, stage.Run, stage.Publish?.Image.Name)));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void A_merged_change_is_published(string image)
    {
        var stage = Assert.Single(Read(Text)[$"{image}-publish"].Stages);

        Assert.Equal((image, false), (stage.Build, stage.Run));
        Assert.Equal($"${{setup.project}}-{image}", stage.Publish!.Image.Name);
        Assert.Equal(["stable"], stage.Publish.Image.Tags);
    }

    [Fact]
    public void Deployed_images_have_published_names()
    {
        // ${setup.project} is the project's name in Gerrit, with hyphens.
        var project = File.ReadLines(Checkout.PathOf(".gitreview")).Single(line => line.StartsWith("project=", StringComparison.Ordinal))["project=".Length..].Replace(".git", "", StringComparison.Ordinal).Replace('/', '-');
        var names = YamlTokens.Read(Checkout.PathOf("deploy/components/wikimedia/kustomization.yaml"))[0]["images"]!.Select(image => ((string)image["newName"]!).Split('/')[^1]).ToList();

        Assert.NotEmpty(names);
        Assert.Subset(Names.Select(name => $"{project}-{name}").ToHashSet(), names.ToHashSet());
    }

    [Fact]
    public void Pipelines_build_existing_variants_only()
    {
        var pipelines = Read(Text);

        Assert.Equal(Names.SelectMany(name => (string[])[name, $"{name}-publish"]), pipelines.Keys);
        Assert.All(pipelines.Values, pipeline =>
        {
            var file = Blubberfile.Parse(File.ReadAllText(Path.Combine(Checkout.PathOf(".pipeline"), pipeline.Blubberfile)));
            Assert.All(pipeline.Stages, stage => Assert.Contains(stage.Build, file.Variants.Keys));
            Assert.Equal(pipeline.Stages.Count, pipeline.Stages.Select(stage => stage.Name).Distinct().Count());
        });
    }

    [Fact]
    public void The_CI_configuration_has_every_pipeline()
    {
        var document = File.ReadAllText(Checkout.PathOf("docs/ci-cd.md"));
        var entries = document.Split("```yaml\n")[1..].Select(block => block.Split("```")[0]).ToList();
        var reader = new DeserializerBuilder().Build();
        var jobs = (List<object>)((Dictionary<object, object>)reader.Deserialize<List<Dictionary<object, object>>>(entries[0])[0]["project"])["pipeline"];
        var layout = reader.Deserialize<Dictionary<string, List<Dictionary<string, object>>>>(entries[1]);
        var project = layout["projects"].Single();

        Assert.Equal(Read(Text).Keys, jobs.Cast<string>());
        Assert.Equal(Names.Select(name => $"trigger-onnx-inference-services-pipeline-{name}"), ((List<object>)project["test"]).Cast<string>());
        Assert.Equal(Names.Select(name => $"trigger-onnx-inference-services-pipeline-{name}-publish"), ((List<object>)project["postmerge"]).Cast<string>());
        Assert.All(
            ((List<object>)project["test"]).Concat((List<object>)project["postmerge"]).Cast<string>(),
            job => Assert.Single(layout["jobs"], entry => System.Text.RegularExpressions.Regex.IsMatch(job, (string)entry["name"])));
    }

    [Fact]
    public void An_unknown_key_is_rejected()
        => Assert.ThrowsAny<YamlException>(() => Read(Text.Replace("blubberfile:", "blubber:", StringComparison.Ordinal)));

    private static Dictionary<string, PipelineOf> Read(string text)
        => new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).WithDuplicateKeyChecking().Build().Deserialize<Config>(text).Pipelines;

    internal sealed class Config
    {
        public Dictionary<string, PipelineOf> Pipelines { get; set; } = [];
    }

    internal sealed class PipelineOf
    {
        public string Blubberfile { get; set; } = "";

        public List<Stage> Stages { get; set; } = [];
    }

    internal sealed class Stage
    {
        public string Name { get; set; } = "";

        public string Build { get; set; } = "";

        public bool Run { get; set; }

        public Publish? Publish { get; set; }
    }

    internal sealed class Publish
    {
        public PublishedImage Image { get; set; } = new();
    }

    internal sealed class PublishedImage
    {
        public string Name { get; set; } = "";

        public List<string> Tags { get; set; } = [];
    }
}
