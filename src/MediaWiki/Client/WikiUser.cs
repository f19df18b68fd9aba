namespace InferenceServices.MediaWiki.Client;

/// <summary>A registered user.</summary>
/// <param name="Id">User id, 1 or more.</param>
/// <param name="Name">Canonical name.</param>
/// <param name="EditCount">Number of edits, 0 or more.</param>
/// <param name="Registration">Time of registration, UTC; null for accounts older than the registration log.</param>
/// <param name="Groups">Groups, such as <c>sysop</c> or <c>bot</c>, including implicit groups such as <c>*</c>.</param>
public sealed record WikiUser(long Id, string Name, long EditCount, DateTimeOffset? Registration, IReadOnlyList<string> Groups);
