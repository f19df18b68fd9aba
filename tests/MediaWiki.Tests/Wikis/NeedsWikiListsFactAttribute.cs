using InferenceServices.Testing;

namespace InferenceServices.MediaWiki.Tests.Wikis;

/// <summary>Skipped without the source lists of the table beside the checkout.</summary>
public sealed class NeedsWikiListsFactAttribute : FactAttribute
{
    internal static readonly string Folder = Path.Combine(Checkout.Root, "..", "shared", "data");

    public NeedsWikiListsFactAttribute()
    {
        if (!File.Exists(Path.Combine(Folder, "wikis.tsv"))) Skip = "There are no lists of wikis beside the checkout.";
    }
}
