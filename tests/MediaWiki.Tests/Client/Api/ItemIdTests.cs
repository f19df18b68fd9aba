using System.Text;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Tests.Client.Api;

public sealed class ItemIdTests
{
    [Theory]
    [InlineData("Q1")]
    [InlineData("Q0")]
    [InlineData("Q42")]
    [InlineData("Q00042")]
    [InlineData("Q123456789")]
    [InlineData("Q9999999999999999")]
    public void An_id_is_packed_and_unpacked(string text)
    {
        Assert.True(ItemId.TryPack(Encoding.UTF8.GetBytes(text), out var id));
        Assert.Equal(text, ItemId.Unpack(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Q")]
    [InlineData("q1")]
    [InlineData("P1")]
    [InlineData("Q1 ")]
    [InlineData("Q-1")]
    [InlineData("Q1/")]
    [InlineData("Q1:")]
    [InlineData("Q１")]
    [InlineData("Q10000000000000000")]
    public void An_invalid_id_is_not_packed(string text) => Assert.False(ItemId.TryPack(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Packed_ids_have_the_order_of_their_texts()
    {
        var random = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 1000).Select(_ => "Q" + (random.NextInt64(1L << random.Next(1, 53)) + 1)).Distinct()];

        var packed = texts.Select(text => ItemId.TryPack(Encoding.UTF8.GetBytes(text), out var id) ? id : throw new InvalidOperationException(text)).Order();

        Assert.Equal(texts.Order(StringComparer.Ordinal), packed.Select(ItemId.Unpack));
    }
}
