namespace InferenceServices.MediaWiki.Client;

/// <summary>A registered user.</summary>
/// <param name="Id">1 or more.</param>
/// <param name="Name">As the wiki writes it.</param>
/// <param name="EditCount">0 or more.</param>
/// <param name="Registration">UTC; null for accounts older than the wiki's records of them.</param>
/// <param name="Groups">As <c>sysop</c>, <c>bot</c>, implicit ones such as <c>*</c> included.</param>
public sealed record WikiUser(long Id, string Name, long EditCount, DateTimeOffset? Registration, IReadOnlyList<string> Groups);
