namespace InferenceServices.MediaWiki.Client;

/// <summary>Users that were asked for.</summary>
/// <param name="Found">By name, as the wiki writes it.</param>
/// <param name="Missing">Names of no registered user, as the wiki writes them: nobody's, addresses, and what can be no name.</param>
public sealed record WikiUsers(IReadOnlyDictionary<string, WikiUser> Found, IReadOnlyList<string> Missing);
