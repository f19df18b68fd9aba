namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of the author.</summary>
internal static class UserFeatures
{
    // Registration time in revscoring for users without one: wikis did not record it before 2006.
    private static readonly DateTimeOffset UnknownRegistration = new(2006, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const double YearInSeconds = 60 * 60 * 24 * 365;

    public static readonly Feature IsAnon = new("revision.user.is_anon", FeatureType.Bool, sources => sources.Input.Author.IsAnonymous ? 1 : 0);

    /// <summary>Whole seconds from registration to revision; 0 for anonymous authors, a year if the account is younger than the revision.</summary>
    public static readonly Feature SecondsSinceRegistration = new(
        "temporal.revision.user.seconds_since_registration", FeatureType.Int, sources => SecondsOf(sources.Input));

    // revscoring builds the name from a set in random order; this is the order of the published feature lists.
    public static readonly Feature IsBotOrSysop = InGroup("revision.user.in_group({'bot', 'sysop'})", "bot", "sysop");

    public static readonly Feature IsBot = InGroup("revision.user.is_bot", "bot");

    public static readonly Feature HasAdvancedRights
        = InGroup("revision.user.has_advanced_rights", "checkuser", "bureaucrat", "oversight", "steward");

    public static readonly Feature IsAdmin = InGroup("revision.user.is_admin", "sysop");

    public static readonly Feature IsTrusted = InGroup(
        "revision.user.is_trusted",
        "browsearchive", "deletedhistory", "interface-editor", "noratelimit", "accountcreator", "massmessage-sender",
        "templateeditor", "autopatrolled", "propertycreator", "centralnoticeadmin");

    public static readonly Feature IsPatroller = InGroup(
        "revision.user.is_patroller",
        "rollback", "abusefilter", "patroller", "reviewer", "autoreview", "autoreviewer", "editor", "autoeditor", "eliminator");

    public static readonly Feature IsCurator = InGroup("revision.user.is_curator", "import", "filemover", "suppressredirect");

    /// <summary>Features of single wikis: Turkish Wikipedia.</summary>
    public static readonly Feature[] OfWikis = [InGroup("revision.user.is_autoreview", "autoreview")];

    private static Feature InGroup(string name, params string[] groups)
        => new(name, FeatureType.Bool, sources => sources.Input.Author.Groups.Any(groups.Contains) ? 1 : 0);

    private static double SecondsOf(RevisionInput revision)
    {
        if (revision.Author.IsAnonymous) return 0;
        var registration = revision.Author.Registration ?? UnknownRegistration;
        return registration > revision.Timestamp ? YearInSeconds : Math.Floor((revision.Timestamp - registration).TotalSeconds);
    }
}
