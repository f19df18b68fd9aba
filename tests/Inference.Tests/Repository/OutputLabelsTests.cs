using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class OutputLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutputLabelsTests() => _folder.Copy("tree-ensemble", "model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_beside_the_model_has_a_label_a_line()
    {
        _folder.Write("labels.txt", "Iris setosa\r\nversicolor\n\nçedilha\n");

        Assert.Equal(["Iris setosa", "versicolor", "", "çedilha"], await LabelsAsync("\"labels.txt\""));
    }

    [Fact]
    public async Task The_settings_may_list_the_labels_themselves() => Assert.Equal(["a", "b", "c"], await LabelsAsync("""["a","b","c"]"""));

    [Fact]
    public async Task Every_version_has_its_own_labels()
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
    public void A_missing_file_is_refused_by_path_and_output()
    {
        _folder.Write("model-settings.json", """{"labels":{"probabilities":"none.txt"}}""");

        Assert.Equal(
            $"{_folder.Below("none.txt")} cannot be read, though {_folder.Below("model-settings.json")} names it for the labels of 'probabilities'.", Refused());
    }

    [Fact]
    public void An_unknown_output_is_refused_with_those_there_are()
    {
        _folder.Write("model-settings.json", """{"labels":{"probs":["a"]}}""");

        Assert.Equal(
            $"{_folder.Below("model-settings.json")} has labels for 'probs', which is no output of {_folder.Below("model.onnx")}; its outputs are label, probabilities.",
            Refused());
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
    public void Anything_but_a_file_beside_the_model_or_strings_is_refused(string labels)
    {
        _folder.Write("model-settings.json", $$$"""{"labels":{"probabilities":{{{labels}}}}}""");

        Assert.StartsWith($"{_folder.Below("model-settings.json")}: labels of 'probabilities' should be ", Refused(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>?> LabelsAsync(string labels)
    {
        _folder.Write("model-settings.json", $$$"""{"labels":{"probabilities":{{{labels}}}}}""");
        using var repository = Repositories.At(_folder.Path);
        var outputs = (await repository.GetMetadataAsync("model", null, CancellationToken.None)).Outputs;
        Assert.Null(outputs[0].Labels);
        return outputs[1].Labels;
    }

    private string Refused() => Assert.Throws<ModelLoadException>(() => Repositories.At(_folder.Path)).Message;
}
