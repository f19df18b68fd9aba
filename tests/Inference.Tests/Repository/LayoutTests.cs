using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>The folders that Hugging Face and Triton produce.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("onnx/model.onnx")]
    [InlineData("resnet/1/model.onnx")]
    [InlineData("resnet/model.ort")]
    public void A_single_model_has_the_name_of_model_name_whatever_its_folder_is_called(string path)
    {
        _folder.Write(path);
        _folder.Write("tokenizer/tokenizer.json");

        Assert.Equal("given", Find().Name);
    }

    [Fact]
    public void Without_model_name_a_single_model_has_the_name_of_its_folder()
    {
        _folder.Write("resnet/1/model.onnx");

        Assert.Equal("resnet", Assert.Single(ModelDiscovery.Find(new InferenceOptions { ModelDir = _folder.Path })).Name);
    }

    [Fact]
    public void The_name_of_model_settings_takes_precedence()
    {
        _folder.Write("onnx/model.onnx");
        _folder.Write("onnx/model-settings.json", """{"name":"own"}""");

        Assert.Equal("own", Find().Name);
    }

    [Fact]
    public void Two_models_have_the_names_of_their_folders()
    {
        _folder.Write("a/1/model.onnx");
        _folder.Write("b/1/model.onnx");

        Assert.Equal(["a", "b"], ModelDiscovery.Find(Options()).Select(model => model.Name));
    }

    [Fact]
    public void The_settings_of_a_Triton_configuration_are_read()
    {
        _folder.Write("resnet/1/model.onnx");
        _folder.Write("resnet/2/model.onnx");
        _folder.Write("resnet/3/model.onnx");
        _folder.Write("resnet/config.pbtxt", """
            # A comment.
            name: "resnet"
            platform: "onnxruntime_onnx"
            max_batch_size: 16
            input [ { name: "x" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] } ]
            output: [
              { name: "probabilities", data_type: TYPE_FP32, dims: 1000, label_filename: "labels.txt" },
              { name: 'other' data_type: TYPE_INT64 dims: [ -1 ] }
            ]
            instance_group [ { count: 2 kind: KIND_CPU }, { count: 1 } ]
            dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 1500 }
            version_policy: { specific { versions: [1, 3] } }
            optimization { execution_accelerators { cpu_execution_accelerator : [ { name : "openvino" } ] } }
            parameters: { key: "intra_op_thread_count" value: { string_value: "\x34\061" } }
            """);

        var found = Find();
        var settings = found.Versions[0].Settings;

        Assert.Equal(("given", "1,3"), (found.Name, string.Join(',', found.Versions.Select(file => file.Version))));
        Assert.Equal((16, 0.0015, 3), (settings.MaxBatchSize!.Value, settings.MaxBatchTime!.Value, settings.Parameters!.Executors!.Value));
        Assert.Equal("labels.txt", settings.Labels!["probabilities"].GetString());
        Assert.Single(settings.Labels);
        Assert.Equal(["instance_group.kind", "optimization", "parameters"], settings.Ignored);
    }

    [Theory]
    [InlineData("version_policy: { latest { num_versions: 2 } }", "2,3")]
    [InlineData("version_policy: { latest { } }", "3")]
    [InlineData("version_policy { all { } }", "1,2,3")]
    [InlineData("max_batch_size: 0", "1,2,3")]
    [InlineData("", "1,2,3")]
    public void A_version_policy_of_Triton_selects_versions(string config, string expected)
    {
        foreach (var version in new[] { "1", "2", "3" }) _folder.Write($"resnet/{version}/model.onnx");
        _folder.Write("resnet/config.pbtxt", config);

        Assert.Equal(expected, string.Join(',', Find().Versions.Select(file => file.Version)));
    }

    [Fact]
    public void Without_batching_in_Triton_the_model_is_not_batched()
    {
        _folder.Write("resnet/1/model.onnx");
        _folder.Write("resnet/config.pbtxt", "max_batch_size: 0");

        Assert.Equal(1, Find().Versions[0].Settings.MaxBatchSize);
    }

    [Theory]
    [InlineData("name: \"resnet", "expected the end of a string in line 1")]
    [InlineData("\ninput [", "expected a name or a value in line 2")]
    [InlineData("input { name: \"x\" ", "expected a name or a value in line 1")]
    [InlineData("name }", "expected a name or a value in line 1")]
    [InlineData("input [ { } { } ]", "expected ',' or ']' in line 1")]
    [InlineData("name: \"\\q\"", "expected a known escape in a string in line 1")]
    [InlineData("max_batch_size: many", "max_batch_size should be a whole number, got 'many'")]
    [InlineData("max_batch_size: 99999999999", "max_batch_size should be a whole number, got '99999999999'")]
    [InlineData("version_policy { latest { num_versions: 0 } }", "should be all, latest")]
    public void An_invalid_Triton_configuration_is_rejected_with_the_reason(string config, string reason)
    {
        _folder.Write("resnet/1/model.onnx");
        _folder.Write("resnet/config.pbtxt", config);

        Assert.Contains(reason, Find().Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("config.pbtxt", Find().Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_is_nested_deeply_is_rejected()
    {
        _folder.Write("resnet/1/model.onnx");
        _folder.Write("resnet/config.pbtxt", string.Concat(Enumerable.Repeat("a{", 100_000)));

        Assert.Contains("at most 32 nested messages", Find().Failure!.Message, StringComparison.Ordinal);
    }

    private DiscoveredModel Find() => Assert.Single(ModelDiscovery.Find(Options()));

    private InferenceOptions Options() => new() { ModelDir = _folder.Path, ModelName = "given" };
}
