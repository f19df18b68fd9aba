using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_model_is_converted_to_a_directory()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build());

        Assert.Equal(0, Convert(model, "out"));

        Assert.Equal(["labels.txt", "model-settings.json", "model.onnx", "tokenizer.json", "words.txt"], Files("out"));
        Assert.Equal("a\nb\n", File.ReadAllText(Path.Combine(_directory.Below("out"), "labels.txt")));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void A_pruned_model_has_a_file_of_buckets()
    {
        var model = _directory.Write("model.ftz", new ModelFileBuilder { Quantized = true, Retained = [(2, 0)] }.Build());

        Assert.Equal(0, Convert(model, "out"));

        Assert.Equal(["buckets.txt", "labels.txt", "model-settings.json", "model.onnx", "tokenizer.json", "words.txt"], Files("out"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_graph_of_any_loss_and_of_a_single_label_runs(int loss)
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder { Loss = loss, Labels = ["__label__a"] }.Build());
        Assert.Equal(0, Convert(model, "out"));

        // An input without rows, and rows with padding.
        var probabilities = OnnxGraph.Run(_directory.Below("out"), [[-1], [0, 1, 4]]);

        var expected = loss is 1 ? 1f : loss is 3 ? 1.00001f : 0.50001f;
        Assert.Equal(expected, probabilities[0][0], 1e-6f);
        // Three rows of 0.5 against 0.5: a score of 0.75, step 280 of the table if labels are independent.
        Assert.Equal(loss is 1 ? 1f : loss is 3 ? 1.00001f : (1 / (1 + MathF.Exp(-0.75f))) + 1e-5f, probabilities[1][0], 1e-6f);
    }

    [Fact]
    public void A_truncated_file_is_reported_in_one_sentence_and_leaves_no_output()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build()[..^7]);

        Assert.Equal(1, Convert(model, "out"));

        Assert.Equal($"isvc: {model} is truncated: its output matrix needs 7 more bytes\n", _error.ToString());
        Assert.Equal(["model.bin"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_NaN_weight_is_reported_and_leaves_no_output()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder { Weight = float.NaN }.Build());

        Assert.Equal(1, Convert(model, "out"));

        Assert.Contains("not a finite number", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["model.bin"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_earlier_conversion_is_replaced()
    {
        Convert(_directory.Write("pruned.ftz", new ModelFileBuilder { Quantized = true, Retained = [(2, 0)] }.Build()), "out");

        Assert.Equal(0, Convert(_directory.Write("model.bin", new ModelFileBuilder().Build()), "out"));

        Assert.DoesNotContain("buckets.txt", Files("out"));
    }

    [Fact]
    public void A_directory_with_other_files_is_not_changed()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build());
        Assert.Equal(0, Convert(model, "out"));
        File.Move(model, Path.Combine(_directory.Below("out"), "model.bin"));

        Assert.Equal(1, Convert(Path.Combine(_directory.Below("out"), "model.bin"), "out"));

        Assert.Contains("model.bin", Files("out"));
        Assert.EndsWith("contains model.bin, which no conversion writes; nothing was written\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_reported()
    {
        Assert.Equal(1, Convert(_directory.Below("none.bin"), "out"));

        Assert.Equal($"isvc: {_directory.Below("none.bin")} does not exist\n", _error.ToString());
    }

    private int Convert(string model, string output) => IsvcProgram.Run(["convert", "fasttext", model, "--output", _directory.Below(output)], _output, _error);

    private string[] Files(string directory)
        => [.. new DirectoryInfo(_directory.Below(directory)).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
}
