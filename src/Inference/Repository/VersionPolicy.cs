using System.Globalization;
using System.Text.RegularExpressions;

namespace InferenceServices.Inference.Repository;

/// <summary>Selects the versions of a model to serve.</summary>
/// <remarks>Triton's version policy as a string: all, the latest N, or a list.</remarks>
internal sealed class VersionPolicy
{
    public const string Pattern = @"^(all|latest(:[1-9]\d{0,3})?|\d{1,18}(,\d{1,18})*)$";

    /// <summary>Describes <see cref="Pattern"/>.</summary>
    public const string Expected = "all, latest, latest:N or version numbers separated by commas";

    private readonly int _latest;
    private readonly string[] _listed;

    private VersionPolicy(int latest, string[] listed)
    {
        _latest = latest;
        _listed = listed;
    }

    /// <summary>Returns whether a text matches <see cref="Pattern"/>.</summary>
    public static bool IsValid(string text) => Regex.IsMatch(text, Pattern);

    /// <summary>Parses a policy.</summary>
    /// <param name="text">Matches <see cref="Pattern"/>, which option validation ensures. An empty text means all versions.</param>
    public static VersionPolicy Parse(string text)
    {
        if (text is "" or "all") return new VersionPolicy(int.MaxValue, []);
        if (text.StartsWith("latest", StringComparison.Ordinal))
            return new VersionPolicy(text == "latest" ? 1 : int.Parse(text["latest:".Length..], CultureInfo.InvariantCulture), []);
        return new VersionPolicy(0, text.Split(','));
    }

    /// <summary>Returns the policy as text.</summary>
    public override string ToString() => _listed.Length > 0 ? string.Join(',', _listed) : _latest == int.MaxValue ? "all" : $"latest:{_latest}";

    /// <summary>Returns the model with the selected versions.</summary>
    /// <param name="found">The model with all versions, lowest first.</param>
    public DiscoveredModel Apply(DiscoveredModel found)
    {
        found = found with { VersionPolicy = ToString() };
        if (_listed.Length == 0) return found with { Versions = [.. found.Versions.TakeLast(_latest)] };
        var missing = _listed.Except(found.Versions.Select(file => file.Version)).FirstOrDefault();
        return found with
        {
            Versions = [.. found.Versions.Where(file => _listed.Contains(file.Version))],
            Failure = found.Failure ?? (missing is null ? null : new ModelLoadException(
                $"Model {found.Name} has no version {missing}, which should be served; it has {string.Join(", ", found.Versions.Select(file => file.Version))}.")),
        };
    }
}
