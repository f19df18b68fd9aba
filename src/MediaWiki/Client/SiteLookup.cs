using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Gets information about a wiki.</summary>
internal static class SiteLookup
{
    private const string General = "action=query&meta=siteinfo&siprop=general%7Cnamespaces";

    public static async ValueTask<MediaWikiResult<SiteInfo>> GetAsync(WikiOperation operation)
    {
        var result = await operation.GetAsync(ApiCall.BuildPath(operation, General), ApiReader.Read);
        if (!result.TryGet(out var body, out var error)) return new(error);
        if (body.Query is not { General: { WikiId: { } database, Generator: { } generator, Language: { } language }, Namespaces: { } namespaces })
            return new(MediaWikiErrors.InvalidResponse(operation.Domain, "has no site information"));
        var names = new Dictionary<int, string>();
        foreach (var space in namespaces.Values)
            if (space is { Id: { } id, Name: { } name }) names[id] = name;
        return new(new SiteInfo(database, generator, language, names));
    }
}
