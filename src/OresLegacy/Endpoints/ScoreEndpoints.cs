using InferenceServices.OresLegacy.Hosting;
using InferenceServices.OresLegacy.Scores;
using Microsoft.Extensions.Options;

namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>Paths of the API of ORES; each path also with a slash at its end.</summary>
internal sealed class ScoreEndpoints(ScorerTable scorers, ScoreReader scores, IOptions<OresLegacyOptions> options)
{
    // Without a space between two words, as ORES has it.
    private const string Ui = "\"The UI functionality has been deprecated. For more information visithttps://ores.wikimedia.org/docs which has documentation for the ORES API as well as information on how to contact the ML team\"";

    private static readonly string[] OldPaths = ["/scores/{wiki}/{revid?}/{model?}", "/v1/scores/{wiki}/{revid?}/{model?}"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v3/scores", ListAsync);
        app.MapGet("/v3/scores/{wiki}", http => SendAsync(http, request => request.ReadRevisions(options.Value.RequestLimit)));
        app.MapGet("/v3/scores/{wiki}/{revid}", http => SendAsync(http, static request => request.ReadRevision()));
        app.MapGet("/v3/scores/{wiki}/{revid}/{model}", http => SendAsync(http, static request => request.ReadScore()));
        foreach (var path in OldPaths)
            app.MapGet(path, static _ => throw OresException.Of(StatusCodes.Status400BadRequest, "not found", "ORES support for v1 has been deprecated. Please use v3."));
        app.MapGet("/ui", static http => http.SendJsonAsync(Ui));
        app.MapGet("/", static http =>
        {
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = "/docs";
            return Task.CompletedTask;
        });
    }

    private Task ListAsync(HttpContext http)
    {
        new ScoreRequest(http.Request, scorers).RejectRemoved("model_info");
        return http.SendJsonAsync(ScoreJson.WriteModels(scorers.Wikis));
    }

    private async Task SendAsync(HttpContext http, Func<ScoreRequest, ScoreQuery> read)
    {
        // 1. path and query  2. the models of a wiki, or calls of the services  3. JSON
        var request = new ScoreRequest(http.Request, scorers);
        var query = read(request);
        if (query.RevisionIds.Count == 0)
        {
            var listed = request.Versions.Where(model => query.Models.Contains(model.Key)).ToDictionary();
            await http.SendJsonAsync(ScoreJson.WriteModels([KeyValuePair.Create(query.Wiki, listed)]));
            return;
        }
        await http.SendJsonAsync(ScoreJson.WriteScores(await scores.ReadAsync(query, http.RequestAborted), request.Versions));
    }
}
