using System.Globalization;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Gets revisions and their links by id.</summary>
internal static class RevisionLookup
{
    private const string Links = "action=parse&prop=links&oldid=";
    private const string Contents = "action=query&prop=revisions&rvprop=ids%7Ctimestamp%7Cflags%7Cuser%7Cuserid%7Ccomment%7Csize%7Csha1%7Ctags%7Ccontent&rvslots=main&revids=";

    public static async ValueTask<MediaWikiResult<RevisionLinks>> GetLinksAsync(WikiOperation operation, long revisionId)
    {
        if (revisionId <= 0) return new(MediaWikiErrors.NotFound("nosuchrevid", string.Create(CultureInfo.InvariantCulture, $"There is no revision with ID {revisionId}.")));
        var result = await operation.GetAsync(ApiCall.BuildPath(operation, Links + revisionId.ToString(CultureInfo.InvariantCulture)), ApiReader.Read);
        if (!result.TryGet(out var body, out var error)) return new(error);
        if (body.Parse is not { PageId: > 0 and var pageId, Title: { } title, Links: { } links }) return new(MediaWikiErrors.InvalidResponse(operation.Domain, "has no links of a page"));
        return new(new RevisionLinks(pageId, title, [.. links.Where(link => link is { Namespace: 0, Exists: true }).Select(link => link!.Title).OfType<string>()]));
    }

    public static async ValueTask<MediaWikiResult<Revisions>> GetAsync(WikiOperation operation, IReadOnlyList<long> ids)
    {
        var found = new Dictionary<long, Revision>();
        foreach (var batch in TitleBatches.Split(ids.Where(id => id > 0).Distinct()))
            if (await CollectAsync(operation, Contents + batch, found) is { } error) return new(error);
        return new(new Revisions(found, [.. ids.Where(id => !found.ContainsKey(id)).Distinct()]));
    }

    // Long revisions are split over several responses.
    private static async ValueTask<MediaWikiError?> CollectAsync(WikiOperation operation, string query, Dictionary<long, Revision> found)
    {
        var continuation = "";
        do
        {
            var result = await operation.GetAsync(ApiCall.BuildPath(operation, query, continuation), ApiReader.Read);
            if (!result.TryGet(out var body, out var error)) return error;
            foreach (var page in body.Query?.Pages ?? [])
            {
                if (page?.Revisions is not { } revisions) continue;
                foreach (var revision in revisions)
                {
                    if (revision is null || Read(page, revision) is not { } read) return MediaWikiErrors.InvalidResponse(operation.Domain, "has a revision without page, id or time");
                    found[read.Id] = read;
                }
            }
            var next = ApiCall.BuildContinuation(body.Continue);
            if (next.Length > 0 && next == continuation) return MediaWikiErrors.InvalidResponse(operation.Domain, "repeats its continuation");
            continuation = next;
        }
        while (continuation.Length > 0);
        return null;
    }

    private static Revision? Read(ApiPage page, ApiRevision revision)
    {
        if (page is not { PageId: > 0 and var pageId, Title: { } title } || revision is not { Id: > 0 and var id, Timestamp: { } timestamp }) return null;
        var main = revision.Slots?.GetValueOrDefault("main");
        var isContentHidden = revision.IsTextHidden || main is { IsTextHidden: true };
        return new Revision(id, revision.ParentId, new PageReference(pageId, title, page.Namespace), timestamp)
        {
            // Hidden fields stay hidden, even if this client has the right to read them.
            User = revision.IsUserHidden ? null : revision.User,
            UserId = revision.IsUserHidden ? null : revision.UserId,
            Comment = revision.IsCommentHidden ? null : revision.Comment,
            SizeBytes = revision.Size,
            Sha1 = revision.IsSha1Hidden ? null : revision.Sha1,
            IsMinor = revision.IsMinor,
            Tags = [.. (revision.Tags ?? []).OfType<string>()],
            ContentModel = isContentHidden ? null : main?.ContentModel,
            Content = isContentHidden ? null : main?.Content,
            IsContentHidden = isContentHidden,
        };
    }
}
