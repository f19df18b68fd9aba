using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares all labels of every text, for every loss and storage format, on models that fastText trains in the test.</summary>
public sealed class TrainedModelParityTests(ITestOutputHelper output)
{
    private const string Ngrams = "-wordNgrams 2 -minn 2 -maxn 3 -bucket 20000 -dim 16 -epoch 20 -lr 1";

    // Quantization time is proportional to the number of rows.
    private const string FewRows = "-wordNgrams 2 -minn 2 -maxn 3 -bucket 4000 -dim 9 -epoch 20 -lr 1 -minCount 3";

    [Theory(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    [InlineData("softmax", Ngrams)]
    [InlineData("hs", Ngrams)]
    [InlineData("softmax", "-wordNgrams 3 -minn 0 -maxn 0 -bucket 5000 -dim 7 -epoch 20 -lr 1")]
    [InlineData("hs", "-wordNgrams 1 -minn 1 -maxn 4 -bucket 30000 -dim 10 -epoch 20 -lr 1")]
    [InlineData("softmax", "-wordNgrams 1 -minn 0 -maxn 0 -dim 33 -epoch 20 -lr 1")]
    public void A_dense_model_equals_fasttext(string loss, string options)
    {
        using var trained = new TrainedModel(loss, options);

        Compare(trained, trained.Path);
    }

    [Theory(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    [InlineData("hs", "-qnorm -cutoff 1500 -retrain")]
    [InlineData("softmax", "-qnorm")]
    [InlineData("softmax", "-cutoff 1000 -dsub 3")]
    [InlineData("hs", "-dsub 4")]
    public void A_quantized_model_equals_fasttext(string loss, string options)
    {
        using var trained = new TrainedModel(loss, FewRows);

        Compare(trained, trained.Quantize(options));
    }

    [Theory(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    [InlineData("-qout")]
    [InlineData("-qout -qnorm -cutoff 2000")]
    public void A_model_with_quantized_output_equals_fasttext(string options)
    {
        // fastText does not quantize matrices of fewer than 256 rows: use all languages, with few texts each.
        using var trained = new TrainedModel("softmax", "-minn 2 -maxn 3 -bucket 2000 -dim 8 -epoch 25 -lr 2 -minCount 3", everyNth: 1, perLanguage: 4);

        Compare(trained, trained.Quantize(options));
    }

    [Theory(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    [InlineData("ova", Ngrams)]
    [InlineData("ns", Ngrams)]
    [InlineData("ova", "-wordNgrams 1 -minn 0 -maxn 0 -dim 10 -epoch 50 -lr 1")]
    public void Independent_labels_have_the_steps_of_fasttexts_sigmoid_table(string loss, string options)
    {
        using var trained = new TrainedModel(loss, options);
        using var converted = new ConvertedModel(trained.Path);
        var expected = FastTextCli.Predict(trained.Path, converted.Directory, trained.Texts, labels: -1);

        var (steps, compared) = StepParity.Assert(converted, trained.Texts, expected);

        output.WriteLine($"{compared} probabilities, {steps} a step apart");
    }

    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void Labels_with_another_prefix_keep_their_full_names()
    {
        using var trained = new TrainedModel("softmax", "-minn 2 -maxn 3 -bucket 1000 -dim 5 -epoch 1", labelPrefix: "lang:");
        using var converted = new ConvertedModel(trained.Path);

        Assert.All(converted.Vocabulary.Labels, label => Assert.StartsWith("lang:", label, StringComparison.Ordinal));
        Assert.Equal(converted.Tokenize("hello"), converted.Tokenize($"{converted.Vocabulary.Labels[0]} hello"));
    }

    private void Compare(TrainedModel trained, string path)
    {
        using var converted = new ConvertedModel(path);

        var largest = Parity.Assert(converted, trained.Texts, FastTextCli.Predict(path, converted.Directory, trained.Texts, labels: -1));

        output.WriteLine($"{trained.Texts.Length} texts, {converted.Vocabulary.Labels.Count} labels, largest difference {largest}");
    }
}
