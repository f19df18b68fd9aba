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
    public void A_sole_onnx_file_needs_no_certain_name()
    {
        _folder.Write("classifier.onnx");

        AssertFound([("given", "1", "classifier.onnx")]);
    }

    [Fact]
    public void Model_onnx_wins_over_others_beside_it()
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
    public void A_numbered_folder_without_a_model_is_no_version()
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
    public void A_version_folders_number_wins_over_its_settings()
    {
        _folder.Write("3/model.onnx");
        _folder.Write("3/model-settings.json", """{"parameters":{"version":"7"}}""");

        AssertFound([("given", "3", "3/model.onnx")]);
    }

    [Fact]
    public void Folders_that_settings_make_one_model_are_ordered_by_version()
    {
        _folder.Write("a/model.onnx");
        _folder.Write("a/model-settings.json", """{"name":"m","parameters":{"version":"10"}}""");
        _folder.Write("b/model.onnx");
        _folder.Write("b/model-settings.json", """{"name":"m","parameters":{"version":"9"}}""");

        AssertFound([("m", "9", "b/model.onnx"), ("m", "10", "a/model.onnx")]);
    }

    [Fact]
    public void Two_files_of_which_none_is_model_onnx_are_refused_by_name()
    {
        _folder.Write("b.onnx");
        _folder.Write("a.onnx");

        Assert.Equal($"{_folder.Path} has 2 .onnx files and none is called model.onnx: a.onnx, b.onnx.", Refused());
    }

    [Fact]
    public void A_missing_path_is_refused_by_name()
        => Assert.Equal(
            $"There is no file or directory {_folder.Below("none")}; --model_dir should name an .onnx file or a directory with one.",
            Refused(_folder.Below("none")));

    [Fact]
    public void An_empty_folder_is_refused_with_what_was_expected()
        => Assert.Equal(
            $"There is no model in {_folder.Path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those.", Refused());

    [Fact]
    public void Two_models_of_one_name_and_version_are_refused_with_both_paths()
    {
        foreach (var folder in new[] { "a", "b" })
        {
            _folder.Write($"{folder}/model.onnx");
            _folder.Write($"{folder}/model-settings.json", """{"name":"m"}""");
        }

        Assert.Equal(
            $"Model m version 1 is there twice: {_folder.Below("a/model.onnx")} and {_folder.Below("b/model.onnx")}.", Refused());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"parameters":{"version":2}}""")]
    public void Settings_that_cannot_be_read_are_refused_by_path(string settings)
    {
        _folder.Write("model.onnx");
        var path = _folder.Write("model-settings.json", settings);

        Assert.StartsWith($"{path} ", Refused(), StringComparison.Ordinal);
    }

    private void AssertFound((string Name, string Version, string Path)[] expected, string? path = null)
        => Assert.Equal(
            expected,
            ModelDiscovery.Find(path ?? _folder.Path, "given").Select(file => (file.Name, file.Version, Path.GetRelativePath(_folder.Path, file.Path))));

    private string Refused(string? path = null) => Assert.Throws<ModelLoadException>(() => ModelDiscovery.Find(path ?? _folder.Path, "given")).Message;
}
