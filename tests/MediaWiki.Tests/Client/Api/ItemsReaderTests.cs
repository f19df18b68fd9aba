using System.Text;
using System.Text.Json;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Tests.Client.Api;

/// <summary>The fast reader and the general reader of items agree with each other and with a JSON parser.</summary>
public sealed class ItemsReaderTests
{
    private const string Written =
        """{"batchcomplete":true,"query":{"redirects":[{"from":"A","to":"B"}],"pages":[{"pageid":7,"ns":0,"title":"Ä \u00e4","pageprops":{"wikibase_item":"Q5"}},{"ns":0,"title":"Red","missing":true},{"pageid":8,"ns":0,"title":"No item"},{"pageid":9,"ns":4,"title":"Project:X","pageprops":{"wikibase_item":"Q6"}},{"pageid":10,"ns":0,"title":"[]{}, \"wikibase_item\":\"Q9\"","pageprops":{"wikibase_item":"Q42"}}]}}""";

    private static readonly string Plain = Written.Replace("Ä \\u00e4", "Ä ä", StringComparison.Ordinal).Replace("\\\"", "'", StringComparison.Ordinal);

    public static TheoryData<string> Answers =>
    [
        Written,
        Plain,
        Plain.Replace(":", " : ", StringComparison.Ordinal),
        Plain + "\n",
        Plain.Replace("{\"pageid\":7,\"ns\":0,", "{\"ns\":0,\"pageid\":7,", StringComparison.Ordinal),
        Plain.Replace("}]}}", "}]},\"continue\":{\"gplcontinue\":\"1|0|B\",\"continue\":\"||\"}}", StringComparison.Ordinal),
        """{"query":{"pages":[]}}""",
        """{"query":{"pages":null}}""",
        """{"query":{"pages":[null,{"pageid":1,"ns":0,"title":"T","pageprops":{"wikibase_item":"Q1"}}]}}""",
        """{"query":{"pages":[{"pageid":1,"ns":0,"title":"T","pageprops":{"wikibase_item":"X1"}}]}}""",
        """{"query":{"pages":[{"pageid":1,"ns":0,"title":"T","missing":true,"pageprops":{"wikibase_item":"Q1"}}]}}""",
        """{"query":{"pages":[{"pageid":1,"ns":0,"title":"T","pageprops":{"wikibase_item":"Q1"}}]},"query":{"pages":[{"pageid":2,"ns":0,"title":"U","pageprops":{"wikibase_item":"Q2"}}]}}""",
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Items_of_existing_articles_are_read(string json)
        => Assert.Equal(ItemsOf(json), ItemsReader.TryRead(Encoding.UTF8.GetBytes(json))?.Items.Select(ItemId.Unpack));

    [Fact]
    public void A_truncated_response_is_not_read()
    {
        var json = Encoding.UTF8.GetBytes(Plain);

        for (var length = 0; length < json.Length; length++) Assert.Null(ItemsReader.TryRead(json.AsSpan(0, length)));
    }

    [Fact]
    public void A_response_with_a_changed_byte_is_read_as_JSON_or_rejected()
    {
        var original = Encoding.UTF8.GetBytes(Plain);
        byte[] others = [(byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)']', (byte)',', (byte)'0', (byte)'x', (byte)' ', 0x1F];

        for (var at = 0; at < original.Length; at++)
        {
            foreach (var other in others)
            {
                var json = original.ToArray();
                json[at] = other;
                var read = ItemsReader.TryRead(json);
                if (read is not null) Assert.Equal(ItemsOf(Encoding.UTF8.GetString(json)), read.Items.Select(ItemId.Unpack));
            }
        }
    }

    // Independent implementation; throws if the text is not JSON.
    private static List<string> ItemsOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        List<string> items = [];
        foreach (var query in document.RootElement.EnumerateObject().Where(property => property.NameEquals("query")))
        {
            if (!query.Value.TryGetProperty("pages", out var pages) || pages.ValueKind != JsonValueKind.Array) continue;
            foreach (var page in pages.EnumerateArray().Where(page => page.ValueKind == JsonValueKind.Object))
            {
                var isArticle = !page.TryGetProperty("ns", out var space) || space.GetRawText() == "0";
                var isMissing = page.TryGetProperty("missing", out var missing) && missing.GetBoolean();
                if (isArticle && !isMissing
                    && page.TryGetProperty("pageprops", out var properties)
                    && properties.TryGetProperty("wikibase_item", out var item)
                    && ItemId.TryPack(Encoding.UTF8.GetBytes(item.GetString()!), out var id))
                {
                    items.Add(ItemId.Unpack(id));
                }
            }
        }
        return items;
    }
}
