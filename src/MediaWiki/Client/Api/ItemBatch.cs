namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Items of one response.</summary>
/// <param name="Items">Items packed by <see cref="ItemId"/>; may contain duplicates.</param>
/// <param name="Continuation">Query parameters of the next call; empty at the end.</param>
internal sealed record ItemBatch(IReadOnlyList<ulong> Items, string Continuation);
