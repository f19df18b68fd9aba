using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Gets users by name.</summary>
internal static class UserLookup
{
    private const string Users = "action=query&list=users&usprop=groups%7Ceditcount%7Cregistration&ususers=";

    public static async ValueTask<MediaWikiResult<WikiUsers>> GetAsync(WikiOperation operation, IReadOnlyList<string> names)
    {
        var found = new Dictionary<string, WikiUser>(StringComparer.Ordinal);
        var missing = new HashSet<string>(names.Where(name => !TitleBatches.IsValidName(name)), StringComparer.Ordinal);
        foreach (var batch in TitleBatches.Split(names))
        {
            var result = await operation.GetAsync(ApiCall.BuildPath(operation, Users + batch), ApiReader.Read);
            if (!result.TryGet(out var body, out var error)) return new(error);
            if (body.Query?.Users is not { } users) return new(MediaWikiErrors.InvalidResponse(operation.Domain, "has no users"));
            foreach (var user in users)
            {
                if (user?.Name is not { } name) return new(MediaWikiErrors.InvalidResponse(operation.Domain, "has a user without a name"));
                if (user is { Id: > 0 and var id, IsMissing: false, IsInvalid: false })
                    found[name] = new WikiUser(id, name, user.EditCount, user.Registration, [.. (user.Groups ?? []).OfType<string>()]);
                else missing.Add(name);
            }
        }
        return new(new WikiUsers(found, [.. missing]));
    }
}
