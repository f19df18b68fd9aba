using InferenceServices.ModelTools.Convert.FastText;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

public sealed class FastTextModelFileTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_dense_model_is_read()
    {
        using var model = Open(new ModelFileBuilder());

        Assert.Equal(("softmax", 3, 3, 2), (model.Args.LossName, model.Args.Dim, model.Args.Bucket, model.Args.Maxn));
        Assert.Equal((2, 2, null), (model.Dictionary.WordCount, model.Dictionary.Labels.Count, model.Dictionary.Buckets));
        Assert.Equal((5, 3, false), (model.Input.Rows, model.Input.Columns, model.Input.Quantized));
        Assert.Equal([0.5f, 0.5f, 0.5f], Row(model.Input, 4));
    }

    [Fact]
    public void A_quantized_row_is_its_centroids_times_its_norm()
    {
        using var model = Open(new ModelFileBuilder { Quantized = true, Retained = [(2, 1), (0, 0)] });

        Assert.Equal([0, 2], model.Dictionary.Buckets);
        Assert.Equal([2 * 3 * 3.25f, 2 * 3 * 3.5f, 2 * 3 * 3.75f], Row(model.Input, 3));
    }

    [Fact]
    public void Version_11_has_no_subwords()
    {
        using var model = Open(new ModelFileBuilder { Version = 11 });

        Assert.Equal(0, model.Args.Maxn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_truncated_file_is_rejected_in_one_sentence(bool quantized)
    {
        var whole = new ModelFileBuilder { Quantized = quantized, Retained = quantized ? [(0, 0)] : null }.Build();
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _directory.Write("cut.bin", whole[..length]);

            var message = Assert.Throws<ModelFileException>(() => FastTextModelFile.Open(path).Dispose()).Message;

            Assert.StartsWith(path, message, StringComparison.Ordinal);
            Assert.Contains(length < 4 ? "is not a fastText model" : "is truncated", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_corrupt_byte_is_rejected_or_harmless()
    {
        var whole = new ModelFileBuilder { Quantized = true, Retained = [(0, 0)] }.Build();
        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] ^= 0xFF;

            var failure = Record.Exception(() => FastTextModelFile.Open(_directory.Write("damaged.bin", damaged)).Dispose());

            Assert.True(failure is null or ModelFileException, $"byte {place}: {failure}");
        }
    }

    public static TheoryData<string, object> Wrong() => new()
    {
        { "is not a fastText model: fastText's magic number is missing", new ModelFileBuilder { Magic = 1 } },
        { "has version 13 of fastText's format; supported versions are 11 and 12", new ModelFileBuilder { Version = 13 } },
        { "is an unsupervised model (skipgram): it has word vectors but no classifier", new ModelFileBuilder { Model = 2 } },
        { "is an unsupervised model (cbow): it has word vectors but no classifier", new ModelFileBuilder { Model = 1 } },
        { "is corrupt: its training arguments have an unknown model or loss", new ModelFileBuilder { Loss = 9 } },
        { "is corrupt: its training arguments are out of range", new ModelFileBuilder { Dim = -3 } },
        { "is corrupt: it uses subwords or word n-grams but has no buckets for them", new ModelFileBuilder { Bucket = 0 } },
        { "is corrupt: its dictionary declares 5 entries, 2 words and 2 labels", new ModelFileBuilder { Entries = 5 } },
        { "is corrupt: its dictionary declares 2 entries, 2 words and 0 labels", new ModelFileBuilder { Labels = [] } },
        { "is corrupt: its dictionary needs 5 rows of 3 numbers, its input matrix has 4 of 3", new ModelFileBuilder { InputRows = 4 } },
        { "is pruned but not quantized, which fastText does not support", new ModelFileBuilder { Retained = [(0, 0)] } },
        { "is corrupt: its list of retained buckets is inconsistent", new ModelFileBuilder { Quantized = true, Retained = [(0, 0), (1, 0)] } },
        { "is corrupt: its list of retained buckets is inconsistent", new ModelFileBuilder { Quantized = true, Retained = [(1, 0), (1, 1)] } },
        { "is corrupt: its list of retained buckets is inconsistent", new ModelFileBuilder { Quantized = true, Retained = [(3, 0)] } },
        { "is corrupt: a word of its dictionary has a line break or no terminator", new ModelFileBuilder { Words = ["a\nb"] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_invalid_file_is_rejected_with_the_reason(string reason, object model)
    {
        var path = _directory.Write("wrong.bin", ((ModelFileBuilder)model).Build());

        Assert.Equal($"{path} {reason}", Assert.Throws<ModelFileException>(() => FastTextModelFile.Open(path).Dispose()).Message);
    }

    [Fact]
    public void Trailing_bytes_are_rejected()
    {
        var path = _directory.Write("long.bin", [.. new ModelFileBuilder().Build(), 1, 2]);

        Assert.Equal($"{path} is corrupt: 2 bytes follow its end", Assert.Throws<ModelFileException>(() => FastTextModelFile.Open(path).Dispose()).Message);
    }

    private FastTextModelFile Open(ModelFileBuilder model) => FastTextModelFile.Open(_directory.Write("model.bin", model.Build()));

    private static float[] Row(IRowSource matrix, long row)
    {
        var numbers = new float[matrix.Columns];
        matrix.Read(row, numbers);
        return numbers;
    }
}
