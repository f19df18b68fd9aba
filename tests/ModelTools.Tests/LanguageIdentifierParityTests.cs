using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares the published model lid.176.ftz (pruned, product-quantized, hierarchical softmax) with fastText on real texts.</summary>
public sealed class LanguageIdentifierParityTests(ITestOutputHelper output)
{
    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void Every_text_gets_fasttexts_label_and_probability()
    {
        var data = TestData.Texts();
        var texts = data.Select(entry => entry.Text).ToArray();
        Assert.True(texts.Length >= 2000, "fewer texts than the comparison promises");
        Assert.True(data.Select(entry => entry.Language).Distinct().Count() >= 80, "fewer languages than the comparison promises");
        using var model = new ConvertedModel(TestData.LanguageIdentifier);

        var largest = Parity.Assert(model, texts, FastTextCli.Predict(TestData.LanguageIdentifier, model.Directory, texts, labels: 1));

        output.WriteLine($"{texts.Length} texts, largest difference {largest}");
    }

    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void Every_label_that_fasttext_reports_has_its_probability()
    {
        var texts = TestData.Texts().Where((_, i) => i % 12 == 0).Select(entry => entry.Text).ToArray();
        using var model = new ConvertedModel(TestData.LanguageIdentifier);

        var largest = Parity.Assert(model, texts, FastTextCli.Predict(TestData.LanguageIdentifier, model.Directory, texts, labels: -1));

        output.WriteLine($"{texts.Length} texts, all labels, largest difference {largest}");
    }

    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void A_large_tree_gives_the_same_results()
    {
        var texts = TestData.Texts().Where((_, i) => i % 12 == 5).Select(entry => entry.Text).ToArray();
        using var model = new ConvertedModel(TestData.LanguageIdentifier, largestSmallTree: 0);

        Parity.Assert(model, texts, FastTextCli.Predict(TestData.LanguageIdentifier, model.Directory, texts, labels: -1));
    }

    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void Unusual_texts_get_fasttexts_label_and_probability()
    {
        string[] texts =
        [
            "", " ", "\t\v\f\r", "a", "\0", "a\0b", "__label__en", "__label__en hello", "  two   spaces ", "\u00A0", "\u3000日本", "😀😀 👩‍👩‍👧",
            "e\u0301te\u0301", new string('q', 3000), string.Join(' ', Enumerable.Repeat("the", 2000)), "<word>", "\uFEFFbyte order mark",
        ];
        using var model = new ConvertedModel(TestData.LanguageIdentifier);

        Parity.Assert(model, texts, FastTextCli.Predict(TestData.LanguageIdentifier, model.Directory, texts, labels: 1), batch: 1);
    }

    /// <summary>Padding with zeros changes only the order of terms in a vectorized sum.</summary>
    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void Results_do_not_depend_on_the_batch()
    {
        const float Rounding = 2e-6f;
        var texts = TestData.Texts().Where((_, i) => i % 60 == 0).Select(entry => entry.Text).ToArray();
        using var model = new ConvertedModel(TestData.LanguageIdentifier);

        var alone = model.Predict(texts, batch: 1);
        var together = model.Predict(texts, batch: texts.Length);

        for (var i = 0; i < texts.Length; i++)
            Assert.All(alone[i].Zip(together[i]), pair => Assert.InRange(pair.First - pair.Second, -Rounding, Rounding));
    }

    [Fact(Skip = TestData.FastTextMissing, SkipUnless = nameof(TestData.HasFastText), SkipType = typeof(TestData))]
    public void External_weights_give_the_same_results()
    {
        var texts = TestData.Texts().Where((_, i) => i % 120 == 0).Select(entry => entry.Text).ToArray();
        using var inside = new ConvertedModel(TestData.LanguageIdentifier);
        using var beside = new ConvertedModel(TestData.LanguageIdentifier, embeddedLimit: 0);

        Assert.False(File.Exists(Path.Combine(inside.Directory, "model.onnx.data")));
        Assert.True(File.Exists(Path.Combine(beside.Directory, "model.onnx.data")));
        Assert.Equal(inside.Predict(texts), beside.Predict(texts));
    }
}
