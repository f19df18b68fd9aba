using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>What a wiki says of itself.</summary>
internal static class SiteLookup
{
    private const string General = "action=query&meta=siteinfo&siprop=general%7Cnamespaces";

    public static async ValueTask<MediaWikiResult<SiteInfo>> GetAsync(Operation operation)
    {
        var result = await operation.GetAsync(ApiCall.PathOf(operation, General), ApiReader.Read);
        if (!result.TryGet(out var answer, out var error)) return new(error);
        if (answer.Query is not { General: { WikiId: { } database, Generator: { } generator, Language: { } language }, Namespaces: { } namespaces })
            return new(MediaWikiErrors.Broken(operation.Domain, "says nothing of the wiki"));
        var names = new Dictionary<int, string>();
        foreach (var known in namespaces.Values)
            if (known is { Id: { } id, Name: { } name }) names[id] = name;
        return new(new SiteInfo(database, generator, language, names));
    }
}
