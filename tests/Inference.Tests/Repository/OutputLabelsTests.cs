using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class OutputLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutputLabelsTests() => _folder.Copy("tree-ensemble", "model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_label_file_has_one_label_per_line()
    {
        _folder.Write("labels.txt", "Iris setosa\r\nversicolor\n\nçedilha\n");

        Assert.Equal(["Iris setosa", "versicolor", "", "çedilha"], await LabelsAsync("\"labels.txt\""));
    }

    [Fact]
    public async Task The_settings_may_list_labels() => Assert.Equal(["a", "b", "c"], await LabelsAsync("""["a","b","c"]"""));

    [Fact]
    public async Task Each_version_has_its_own_labels()
    {
        foreach (var version in new[] { "1", "2" })
        {
            _folder.Copy("tree-ensemble", $"{version}/model.onnx");
            _folder.Write($"{version}/model-settings.json", """{"labels":{"probabilities":"names"}}""");
            _folder.Write($"{version}/names", $"of {version}");
        }
        File.Delete(_folder.Below("model.onnx"));
        using var repository = Repositories.At(_folder.Path);

        foreach (var version in new[] { "1", "2" })
            Assert.Equal([$"of {version}"], (await repository.GetMetadataAsync("model", version, CancellationToken.None)).Outputs[1].Labels);
    }

    [Fact]
    public void A_missing_label_file_is_rejected_with_path_and_output()
    {
        _folder.Write("model-settings.json", """{"labels":{"probabilities":"none.txt"}}""");

        Assert.Equal(
            $"{_folder.Below("none.txt")} cannot be read, though {_folder.Below("model-settings.json")} names it for the labels of 'probabilities'.", LoadError());
    }

    [Fact]
    public void Labels_of_an_unknown_output_are_rejected_with_the_known_outputs()
    {
        _folder.Write("model-settings.json", """{"labels":{"probs":["a"]}}""");

        Assert.Equal(
            $"{_folder.Below("model-settings.json")} has labels for 'probs', which is not an output of {_folder.Below("model.onnx")}; its outputs are label, probabilities.",
            LoadError());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""["a",5]""")]
    [InlineData("\"\"")]
    [InlineData("\".\"")]
    [InlineData("\"..\"")]
    [InlineData("\"../labels.txt\"")]
    [InlineData("\"/etc/hostname\"")]
    public void Other_label_values_are_rejected(string labels)
    {
        _folder.Write("model-settings.json", $$$"""{"labels":{"probabilities":{{{labels}}}}}""");

        Assert.StartsWith($"{_folder.Below("model-settings.json")}: labels of 'probabilities' should be ", LoadError(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>?> LabelsAsync(string labels)
    {
        _folder.Write("model-settings.json", $$$"""{"labels":{"probabilities":{{{labels}}}}}""");
        using var repository = Repositories.At(_folder.Path);
        var outputs = (await repository.GetMetadataAsync("model", null, CancellationToken.None)).Outputs;
        Assert.Null(outputs[0].Labels);
        return outputs[1].Labels;
    }

    private string LoadError() => Assert.Throws<ModelLoadException>(() => Repositories.At(_folder.Path)).Message;
}
