using System.Globalization;
using InferenceServices.OresLegacy.Scores;

namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>Reads paths and queries of requests for scores; the order of checks and the errors are those of ORES.</summary>
internal sealed class ScoreRequest(HttpRequest request, ScorerTable scorers)
{
    private const string NotFound = "not found";
    private const string BadRequest = "bad request";
    private const string Moved = "For more information please visit https://wikitech.wikimedia.org/wiki/ORES";

    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase) { "y", "yes", "t", "true", "on", "1" };
    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase) { "n", "no", "f", "false", "off", "0" };

    /// <summary>Gets the models of the wiki that the path names, with their versions.</summary>
    /// <exception cref="OresException">404: the table does not have the wiki.</exception>
    public Dictionary<string, string> Versions => scorers.Wikis.GetValueOrDefault(Wiki) ?? throw OresException.Of(StatusCodes.Status404NotFound, NotFound, $"No scorers available for {Wiki}");

    private string Wiki => PathOf("wiki");

    /// <summary>Reads a request for several revisions.</summary>
    /// <param name="limit">Largest number of scores.</param>
    public ScoreQuery ReadRevisions(int limit)
    {
        RejectRemoved("model_info");
        var models = ReadModels(QueryOf("models"));
        var ids = QueryOf("revids") is { Length: > 0 } text ? Array.ConvertAll(text.Split('|'), ReadListedId) : [];
        var count = (long)ids.Length * models.Length;
        if (count > limit)
        {
            throw OresException.Of(StatusCodes.Status400BadRequest, "too many requests", string.Create(
                CultureInfo.InvariantCulture,
                $"Scoring more than {limit} scores is not supported anymore by this endpoint. You are requesting {count} ORES scores which is above the supported limit of {limit} for a single request. Please break down your request into smaller chunks or consider using the /v3/scores/{{context}}/{{revid}} endpoint to score one revision at a time. {Moved}"));
        }
        return new ScoreQuery(Wiki, models, ids, ShowsFeatures: false);
    }

    /// <summary>Reads a request for one revision.</summary>
    public ScoreQuery ReadRevision()
    {
        var (id, features) = (ReadPathId(), ReadFeatures());
        RejectRemoved("model_info");
        return new ScoreQuery(Wiki, ReadModels(QueryOf("models")), [id], features);
    }

    /// <summary>Reads a request for one revision and one model.</summary>
    public ScoreQuery ReadScore()
    {
        var (id, features) = (ReadPathId(), ReadFeatures());
        RejectRemoved("model_info", "inject");
        var model = PathOf("model");
        if (!Versions.ContainsKey(model)) throw UnknownModel(model);
        return new ScoreQuery(Wiki, [model], [id], features);
    }

    /// <summary>Rejects parameters of ORES that have no successor.</summary>
    public void RejectRemoved(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (QueryOf(name) is { Length: > 0 })
                throw OresException.Of(StatusCodes.Status400BadRequest, BadRequest, $"{name} query parameter is not supported by this endpoint anymore. {Moved}");
    }

    private string[] ReadModels(string? text)
    {
        var versions = Versions;
        if (text is not { Length: > 0 }) return [.. versions.Keys];
        var models = text.Split('|');
        return Array.Find(models, model => !versions.ContainsKey(model)) is { } unknown ? throw UnknownModel(unknown) : models;
    }

    private long ReadPathId() => TryReadId(PathOf("revid"), out var id) ? id : throw OresException.RevisionId();

    // "features" alone is true.
    private bool ReadFeatures()
    {
        if (QueryOf("features") is not { } text) return false;
        if (text.Length == 0 || True.Contains(text)) return true;
        return False.Contains(text) ? false : throw OresException.Of(StatusCodes.Status400BadRequest, BadRequest, "features should be true or false, or have no value");
    }

    private OresException UnknownModel(string model) => OresException.Of(StatusCodes.Status400BadRequest, NotFound, $"Models ('{model}',) not available for {Wiki}");

    private string PathOf(string name) => (string)request.RouteValues[name]!;

    // The last one, if a query has several.
    private string? QueryOf(string name) => request.Query[name] is [.., var last] ? last : null;

    private static long ReadListedId(string text)
        => TryReadId(text, out var id) ? id : throw OresException.Of(StatusCodes.Status400BadRequest, code: null, "Each revision id must be a valid integer");

    private static bool TryReadId(string text, out long id)
        => long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out id);
}
