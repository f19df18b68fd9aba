namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>The items that an answer tells of.</summary>
/// <param name="Items">As <see cref="ItemId"/> packs them, some perhaps twice.</param>
/// <param name="Continuation">What the next call has besides; empty at the end.</param>
internal sealed record ItemsAnswer(IReadOnlyList<ulong> Items, string Continuation);
