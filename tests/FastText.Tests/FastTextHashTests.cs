using System.Text;

namespace InferenceServices.FastText.Tests;

public sealed class FastTextHashTests
{
    /// <summary>Expected: row of the subword minus number of words, as fastText 0.9.2 reports it for a model of 2,000,000 buckets.</summary>
    [Theory]
    [InlineData("a", 2220u)]
    [InlineData("<the", 409726u)]
    [InlineData(">", 687777u)]
    [InlineData("hello", 1831723u)]
    [InlineData("é", 1043777u)]
    [InlineData("日本", 387409u)]
    public void The_hash_matches_fasttext_also_above_ascii(string text, uint bucket)
        => Assert.Equal(bucket, FastTextHash.Of(Encoding.UTF8.GetBytes(text)) % 2_000_000);

    [Fact]
    public void Empty_input_hashes_to_the_offset_basis() => Assert.Equal(2166136261u, FastTextHash.Of([]));
}
