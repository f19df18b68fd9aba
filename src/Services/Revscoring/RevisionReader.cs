using System.Globalization;
using InferenceServices.Contracts.Errors;
using InferenceServices.MediaWiki.Client;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Fetches the inputs of features: the revision and, if needed, its parent and author, concurrently.</summary>
internal sealed class RevisionReader(MediaWikiClient wikis, Wiki wiki, FeatureList features)
{
    private const string Wikitext = "wikitext";
    private const string WikiFails = "An error happened while fetching feature values from the MediaWiki API, please contact the ML-Team if the issue persists.";

    /// <summary>Fetches a revision.</summary>
    /// <returns>The inputs that the features need; others are not set.</returns>
    /// <exception cref="InvalidInputException">400 with the message of Lift Wing: the revision is missing, hidden, has a hidden author or is not wikitext.</exception>
    /// <exception cref="UpstreamException">502, 503 or 504: the wiki does not respond.</exception>
    public async ValueTask<RevisionInput> ReadAsync(long revisionId, CancellationToken cancellationToken)
    {
        var revision = await FindAsync(revisionId, cancellationToken) ?? throw Unknown(revisionId);
        if (revision.IsContentHidden) throw Missing(revisionId, "TextDeleted: Text deleted (datasource.revision.text)");
        var text = ContentOf(revision, revisionId);
        var parent = ParentTextAsync(revision, cancellationToken);
        var author = AuthorAsync(revision, cancellationToken);
        await Task.WhenAll(parent, author);
        return new RevisionInput
        {
            Text = text,
            ParentText = await parent,
            Author = await author,
            Timestamp = revision.Timestamp,
            Comment = revision.Comment ?? (features.NeedComment ? throw Missing(revisionId, "CommentDeleted: Comment deleted (datasource.revision.comment)") : null),
            Namespace = revision.Page.Namespace,
        };
    }

    private async Task<string?> ParentTextAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (!features.NeedParent || revision.ParentId == 0) return null;
        var parent = await FindAsync(revision.ParentId, cancellationToken)
            ?? throw Missing(revision.Id, string.Create(CultureInfo.InvariantCulture, $"RevisionNotFound: Could not find revision ({{revision.parent}}:{revision.ParentId})"));
        if (parent.IsContentHidden) throw Missing(revision.Id, "TextDeleted: Text deleted (datasource.revision.parent.text)");
        return ContentOf(parent, revision.Id);
    }

    private async Task<RevisionAuthor> AuthorAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (!features.NeedAuthor) return RevisionAuthor.Unknown;
        if (revision.UserId is not { } userId || revision.User is not { } name) throw Missing(revision.Id, "UserDeleted: User deleted (datasource.revision.user)");
        if (userId == 0) return RevisionAuthor.Anonymous;
        var users = (await wikis.GetUsersAsync(wiki, [name], cancellationToken)).OrThrow(WikiFails);
        return users.Found.Values.FirstOrDefault() is { } user
            ? new RevisionAuthor(IsAnonymous: false, user.Groups, user.Registration)
            : throw Missing(revision.Id, $"UserNotFound: Could not find user account (User:{name})");
    }

    private async ValueTask<Revision?> FindAsync(long revisionId, CancellationToken cancellationToken)
        => (await wikis.GetRevisionsAsync(wiki, [revisionId], cancellationToken)).OrThrow(WikiFails).Found.GetValueOrDefault(revisionId);

    private static string ContentOf(Revision revision, long requestedId)
        => revision.ContentModel is not Wikitext
            ? throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"Unexpected content type for rev-id {requestedId}: Expected content of type {Wikitext}, but revision {revision.Id} is of type {revision.ContentModel ?? "unknown"}."))
            : revision.Content ?? throw Missing(requestedId, "TextDeleted: Text deleted (datasource.revision.text)");

    private static InvalidInputException Missing(long revisionId, string what)
        => new(string.Create(CultureInfo.InvariantCulture, $"Missing resource for rev-id {revisionId}: {what}"));

    // ores-legacy detects a missing revision by the start of this message.
    private static InvalidInputException Unknown(long revisionId) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The MW API does not have any info related to the rev-id provided as input ({revisionId}), therefore it is not possible to extract features properly. One possible cause is the deletion of the page related to the revision id. Please contact the ML-Team if you need more info."));
}
