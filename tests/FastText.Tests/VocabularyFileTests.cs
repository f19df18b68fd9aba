using static InferenceServices.FastText.Tests.Vocabulary;

namespace InferenceServices.FastText.Tests;

public sealed class VocabularyFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fasttext-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Written_files_can_be_read()
    {
        Write(_directory, Settings(minn: 2, maxn: 4, bucket: 77, wordNgrams: 3), Trained, buckets: [5, 3, 76], labels: ["en", "日本 語", ""]);

        var read = FastTextVocabulary.Load(_directory);

        Assert.Equal(new FastTextTokenizerSettings { Minn = 2, Maxn = 4, Bucket = 77, WordNgrams = 3, Words = 8, Labels = 3, Buckets = 3 }, read.Settings);
        Assert.Equal(["en", "日本 語", ""], read.Labels);
        Assert.Equal(8, read.WordCount);
        Assert.Equal(11, read.RowCount);
        Assert.Equal("the\n</s>\na\nquick\nété\n日本\nfox\ndog\n", File.ReadAllText(Path.Combine(_directory, FastTextFiles.Words)));
        Assert.Equal("5\n3\n76\n", File.ReadAllText(Path.Combine(_directory, FastTextFiles.Buckets)));
    }

    [Fact]
    public void A_model_without_pruning_has_no_bucket_file()
    {
        Write(_directory, Settings(), Trained);

        Assert.False(File.Exists(Path.Combine(_directory, FastTextFiles.Buckets)));
        Assert.Equal(8 + 1000, FastTextVocabulary.Load(_directory).RowCount);
    }

    [Fact]
    public void An_unfinished_directory_cannot_be_loaded()
    {
        using (var writer = new FastTextVocabularyWriter(_directory, Settings()))
            writer.AddWord("the"u8);

        Assert.Throws<FileNotFoundException>(() => FastTextVocabulary.Load(_directory));
    }

    [Theory]
    [InlineData(FastTextFiles.Words, "the\n</s>\n", "words.txt: 2 lines, but tokenizer.json says 8")]
    [InlineData(FastTextFiles.Words, "the\n</s", "words.txt: the last line is cut off")]
    [InlineData(FastTextFiles.Labels, "", "labels.txt: 0 lines, but tokenizer.json says 2")]
    [InlineData(FastTextFiles.Buckets, "1\nx\n", "buckets.txt: line 2 is not a bucket below 1000")]
    [InlineData(FastTextFiles.Buckets, "1\n1000\n", "buckets.txt: line 2 is not a bucket below 1000")]
    [InlineData(FastTextFiles.Buckets, "7\n7\n", "buckets.txt: bucket 7 appears twice")]
    [InlineData(FastTextFiles.Tokenizer, "{", "tokenizer.json: not the expected JSON")]
    [InlineData(FastTextFiles.Tokenizer, "{}", "tokenizer.json: a number is missing or negative")]
    [InlineData(FastTextFiles.Tokenizer, "", "tokenizer.json: not the expected JSON")]
    [InlineData(FastTextFiles.Tokenizer, """{"minn":"two"}""", "tokenizer.json: not the expected JSON")]
    [InlineData(FastTextFiles.Tokenizer, "null", "tokenizer.json: not a JSON object")]
    [InlineData(FastTextFiles.Tokenizer, """{"minn":2,"maxn":3,"bucket":0,"wordNgrams":1,"words":8,"labels":2,"later":{"a":[1]}}""", "tokenizer.json: subwords or word n-grams need a bucket above 0")]
    [InlineData(FastTextFiles.Tokenizer, """{"minn":-2,"maxn":3,"bucket":9,"wordNgrams":1}""", "tokenizer.json: a number is missing or negative")]
    public void A_malformed_file_is_named(string name, string content, string message)
    {
        Write(_directory, Settings(), Trained, buckets: [1, 2]);
        File.WriteAllText(Path.Combine(_directory, name), content);

        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => FastTextVocabulary.Load(_directory)).Message);
    }

    [Fact]
    public void A_word_with_a_line_break_is_rejected()
    {
        using var writer = new FastTextVocabularyWriter(_directory, Settings());

        Assert.Throws<InvalidDataException>(() => writer.AddWord("a\nb"u8));
    }
}
