namespace InferenceServices.MediaWiki.Client;

/// <summary>Result of a user query.</summary>
/// <param name="Found">Users by canonical name.</param>
/// <param name="Missing">Requested names without a registered user, in canonical form: unknown names, IP addresses and invalid names.</param>
public sealed record WikiUsers(IReadOnlyDictionary<string, WikiUser> Found, IReadOnlyList<string> Missing);
