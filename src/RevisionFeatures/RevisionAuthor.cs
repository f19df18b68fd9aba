namespace InferenceServices.RevisionFeatures;

/// <summary>Who saved a revision.</summary>
/// <param name="IsAnonymous">Known by an address alone; a temporary account is not.</param>
/// <param name="Groups">The groups the account is in.</param>
/// <param name="Registration">When the account was made; null: not known, or before wikis wrote it down.</param>
public sealed record RevisionAuthor(bool IsAnonymous, IReadOnlyCollection<string> Groups, DateTimeOffset? Registration)
{
    /// <summary>An author known by an address alone.</summary>
    public static RevisionAuthor Anonymous { get; } = new(IsAnonymous: true, [], null);

    /// <summary>For features that do not look at the author.</summary>
    public static RevisionAuthor Unknown { get; } = new(IsAnonymous: false, [], null);
}
