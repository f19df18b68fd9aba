using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class ModelDiscoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_the_model() => AssertFound([("given", "1", "any.onnx")], _folder.Write("any.onnx"));

    [Fact]
    public void A_folder_with_model_onnx_is_the_model()
    {
        _folder.Write("model.onnx");
        _folder.Write("labels.txt");

        AssertFound([("given", "1", "model.onnx")]);
    }

    [Fact]
    public void A_single_onnx_file_may_have_any_name()
    {
        _folder.Write("classifier.onnx");

        AssertFound([("given", "1", "classifier.onnx")]);
    }

    [Fact]
    public void A_model_in_ORT_format_is_found()
    {
        _folder.Write("a.ort");

        AssertFound([("given", "1", "a.ort")]);
    }

    [Fact]
    public void Model_onnx_takes_precedence_over_other_files()
    {
        _folder.Write("model.onnx");
        _folder.Write("other.onnx");

        AssertFound([("given", "1", "model.onnx")]);
    }

    [Fact]
    public void Numbered_folders_are_versions_in_numeric_order()
    {
        foreach (var version in new[] { "10", "9", "2", "notes" }) _folder.Write($"{version}/model.onnx");

        AssertFound([("given", "2", "2/model.onnx"), ("given", "9", "9/model.onnx"), ("given", "10", "10/model.onnx")]);
    }

    [Fact]
    public void A_numbered_folder_without_a_model_is_ignored()
    {
        _folder.Write("1/sole.onnx");
        _folder.Write("2/readme.txt");

        AssertFound([("given", "1", "1/sole.onnx")]);
    }

    [Fact]
    public void Named_folders_are_models_in_the_order_of_their_names()
    {
        _folder.Write("b/model.onnx");
        _folder.Write("a/2/model.onnx");
        _folder.Write("a/1/model.onnx");
        _folder.Write("c/sole.onnx");
        _folder.Write("empty/readme.txt");

        AssertFound([("a", "1", "a/1/model.onnx"), ("a", "2", "a/2/model.onnx"), ("b", "1", "b/model.onnx"), ("c", "1", "c/sole.onnx")]);
    }

    [Fact]
    public void Settings_beside_a_file_name_the_model_and_its_version()
    {
        _folder.Write("model.onnx");
        _folder.Write("model-settings.json", """{"name":"iris","implementation":"x.Y","parameters":{"version":"7","uri":"./model.onnx"}}""");

        AssertFound([("iris", "7", "model.onnx")]);
    }

    [Fact]
    public void A_version_folders_number_takes_precedence_over_its_settings()
    {
        _folder.Write("3/model.onnx");
        _folder.Write("3/model-settings.json", """{"parameters":{"version":"7"}}""");

        AssertFound([("given", "3", "3/model.onnx")]);
    }

    [Fact]
    public void Folders_merged_by_settings_are_ordered_by_version()
    {
        _folder.Write("a/model.onnx");
        _folder.Write("a/model-settings.json", """{"name":"m","parameters":{"version":"10"}}""");
        _folder.Write("b/model.onnx");
        _folder.Write("b/model-settings.json", """{"name":"m","parameters":{"version":"9"}}""");

        AssertFound([("m", "9", "b/model.onnx"), ("m", "10", "a/model.onnx")]);
    }

    [Fact]
    public void Several_files_without_model_onnx_are_rejected_by_name()
    {
        _folder.Write("b.onnx");
        _folder.Write("a.onnx");

        Assert.Equal($"{_folder.Path} has 2 models and none is called model.onnx: a.onnx, b.onnx.", LoadError());
    }

    [Fact]
    public void A_missing_path_gives_an_error_that_names_the_path()
    {
        var path = _folder.Below("none");

        Assert.Empty(Find(path));
        Assert.Equal(
            $"There is no file or directory {path}; --model_dir should name an .onnx file or a directory with one.", ModelDiscovery.NotFound(path).Message);
    }

    [Fact]
    public void An_empty_folder_gives_an_error_with_the_expected_layout()
    {
        Assert.Empty(Find());
        Assert.Equal(
            $"There is no model in {_folder.Path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those.",
            ModelDiscovery.NotFound(_folder.Path).Message);
    }

    [Fact]
    public void An_ambiguous_folder_does_not_hide_other_models()
    {
        _folder.Write("a/model.onnx");
        _folder.Write("b/model.onnx");
        var settings = _folder.Write("b/model-settings.json", "{");
        _folder.Write("c/model.onnx");

        var found = Find();

        Assert.Equal(["a", "b", "c"], found.Select(model => model.Name));
        Assert.Equal([false, true, false], found.Select(model => model.Failure is not null));
        Assert.StartsWith($"{settings} ", found[1].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_folders_are_ignored()
    {
        _folder.Write("..2026_01_01/m/model.onnx");
        _folder.Write("..data/model.onnx");
        _folder.Write(".git/model.onnx");
        _folder.Write("m/model.onnx");

        AssertFound([("given", "1", "m/model.onnx")]);
    }

    [Fact]
    public void A_multi_model_server_lists_folders_with_any_name()
    {
        _folder.Write("model.onnx");
        _folder.Write("1/model.onnx");
        _folder.Write("2/7/model.onnx");

        var found = ModelDiscovery.Find(new InferenceOptions { ModelDir = _folder.Path, ModelName = "given", MultiModelServer = true });

        Assert.Equal([("1", "1"), ("2", "7")], found.SelectMany(model => model.Versions).Select(file => (file.Name, file.Version)));
    }

    [Fact]
    public void Two_models_with_one_name_and_version_are_rejected_with_both_paths()
    {
        foreach (var folder in new[] { "a", "b" })
        {
            _folder.Write($"{folder}/model.onnx");
            _folder.Write($"{folder}/model-settings.json", """{"name":"m"}""");
        }

        Assert.Equal(
            $"Model m version 1 exists twice: {_folder.Below("a/model.onnx")} and {_folder.Below("b/model.onnx")}.", LoadError());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"parameters":{"version":2}}""")]
    public void Invalid_settings_are_rejected_with_their_path(string settings)
    {
        _folder.Write("model.onnx");
        var path = _folder.Write("model-settings.json", settings);

        Assert.StartsWith($"{path} ", LoadError(), StringComparison.Ordinal);
    }

    private void AssertFound((string Name, string Version, string Path)[] expected, string? path = null)
        => Assert.Equal(
            expected,
            Find(path).SelectMany(model => model.Versions).Select(file => (file.Name, file.Version, Path.GetRelativePath(_folder.Path, file.Path))));

    private IReadOnlyList<DiscoveredModel> Find(string? path = null) => ModelDiscovery.Find(new InferenceOptions { ModelDir = path ?? _folder.Path, ModelName = "given" });

    private string LoadError() => Assert.Single(Find()).Failure!.Message;
}
