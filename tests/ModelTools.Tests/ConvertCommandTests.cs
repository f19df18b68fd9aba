namespace InferenceServices.ModelTools.Tests;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_model_becomes_a_directory()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build());

        Assert.Equal(0, Convert(model, "out"));

        Assert.Equal(["labels.txt", "model-settings.json", "model.onnx", "tokenizer.json", "words.txt"], Files("out"));
        Assert.Equal("a\nb\n", File.ReadAllText(Path.Combine(_directory.File("out"), "labels.txt")));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void A_pruned_model_has_its_buckets_beside_it()
    {
        var model = _directory.Write("model.ftz", new ModelFileBuilder { Quantized = true, Kept = [(2, 0)] }.Build());

        Assert.Equal(0, Convert(model, "out"));

        Assert.Equal(["buckets.txt", "labels.txt", "model-settings.json", "model.onnx", "tokenizer.json", "words.txt"], Files("out"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_single_label_and_every_loss_make_a_graph_that_runs(int loss)
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder { Loss = loss, Labels = ["__label__a"] }.Build());
        Assert.Equal(0, Convert(model, "out"));

        // No rows at all, and rows beside padding.
        var probabilities = OnnxGraph.Run(_directory.File("out"), [[-1], [0, 1, 4]]);

        var expected = loss is 1 ? 1f : loss is 3 ? 1.00001f : 0.50001f;
        Assert.Equal(expected, probabilities[0][0], 1e-6f);
        // Three rows of 0.5 against 0.5: a score of 0.75, on the 280th step of the table when labels are independent.
        Assert.Equal(loss is 1 ? 1f : loss is 3 ? 1.00001f : (1 / (1 + MathF.Exp(-0.75f))) + 1e-5f, probabilities[1][0], 1e-6f);
    }

    [Fact]
    public void A_cut_off_file_gives_one_sentence_and_exit_code_1_and_leaves_nothing()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build()[..^7]);

        Assert.Equal(1, Convert(model, "out"));

        Assert.Equal($"isvc: {model} is cut off: its output matrix needs 7 bytes more than there are\n", _error.ToString());
        Assert.Equal(["model.bin"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_weight_that_is_no_number_is_found_while_copying_and_leaves_nothing()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder { Weight = float.NaN }.Build());

        Assert.Equal(1, Convert(model, "out"));

        Assert.Contains("not a finite number", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["model.bin"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_earlier_conversion_is_replaced()
    {
        Convert(_directory.Write("pruned.ftz", new ModelFileBuilder { Quantized = true, Kept = [(2, 0)] }.Build()), "out");

        Assert.Equal(0, Convert(_directory.Write("model.bin", new ModelFileBuilder().Build()), "out"));

        Assert.DoesNotContain("buckets.txt", Files("out"));
    }

    [Fact]
    public void A_directory_with_anything_else_is_left_alone()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build());
        Assert.Equal(0, Convert(model, "out"));
        File.Move(model, Path.Combine(_directory.File("out"), "model.bin"));

        Assert.Equal(1, Convert(Path.Combine(_directory.File("out"), "model.bin"), "out"));

        Assert.Contains("model.bin", Files("out"));
        Assert.EndsWith("holds model.bin, which is no part of a conversion; nothing was written\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Assert.Equal(1, Convert(_directory.File("none.bin"), "out"));

        Assert.Equal($"isvc: {_directory.File("none.bin")} does not exist\n", _error.ToString());
    }

    private int Convert(string model, string output) => CommandLine.Run(["convert", "fasttext", model, "--output", _directory.File(output)], _output, _error);

    private string[] Files(string directory)
        => [.. new DirectoryInfo(_directory.File(directory)).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
}
