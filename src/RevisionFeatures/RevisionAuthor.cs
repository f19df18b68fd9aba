namespace InferenceServices.RevisionFeatures;

/// <summary>Author of a revision.</summary>
/// <param name="IsAnonymous">Whether the author is identified by an IP address; false for a temporary account.</param>
/// <param name="Groups">Groups of the account.</param>
/// <param name="Registration">Registration time; null if unknown or before registrations were recorded.</param>
public sealed record RevisionAuthor(bool IsAnonymous, IReadOnlyCollection<string> Groups, DateTimeOffset? Registration)
{
    /// <summary>An author identified by an IP address.</summary>
    public static RevisionAuthor Anonymous { get; } = new(IsAnonymous: true, [], null);

    /// <summary>Placeholder for features that do not need the author.</summary>
    public static RevisionAuthor Unknown { get; } = new(IsAnonymous: false, [], null);
}
