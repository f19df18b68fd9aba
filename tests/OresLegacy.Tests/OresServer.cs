using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using InferenceServices.OresLegacy.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InferenceServices.OresLegacy.Tests;

/// <summary>ores-legacy on loopback, in front of a server in place of Lift Wing.</summary>
internal sealed class OresServer : IAsyncDisposable
{
    private readonly WebApplication? _upstream;
    private readonly WebApplication _app;

    private OresServer(WebApplication? upstream, WebApplication app)
    {
        (_upstream, _app) = (upstream, app);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    /// <summary>Gets the calls that Lift Wing received.</summary>
    public ConcurrentQueue<UpstreamCall> Calls { get; private init; } = new();

    /// <summary>Starts both servers.</summary>
    /// <param name="answer">Answers the calls.</param>
    /// <param name="switches">Switches of ores-legacy.</param>
    public static Task<OresServer> StartAsync(Func<UpstreamCall, HttpContext, Task> answer, params string[] switches) => StartAsync(answer, TimeProvider.System, switches);

    /// <summary>Starts both servers with a clock for timeouts.</summary>
    public static async Task<OresServer> StartAsync(Func<UpstreamCall, HttpContext, Task> answer, TimeProvider time, params string[] switches)
    {
        var calls = new ConcurrentQueue<UpstreamCall>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var upstream = builder.Build();
        upstream.Run(async http =>
        {
            var call = await UpstreamCall.ReadAsync(http.Request);
            calls.Enqueue(call);
            await answer(call, http);
        });
        await upstream.StartAsync();
        return new OresServer(upstream, await StartAsync(upstream.Urls.Single(), time, switches)) { Calls = calls };
    }

    /// <summary>Starts ores-legacy only.</summary>
    /// <param name="url">Value of <c>--liftwing_url</c>.</param>
    /// <param name="switches">Other switches.</param>
    public static async Task<OresServer> InFrontOfAsync(string url, params string[] switches) => new(null, await StartAsync(url, TimeProvider.System, switches));

    /// <summary>Sends a score for any call.</summary>
    public static Task ScoreAsync(UpstreamCall call, HttpContext http)
    {
        var (wiki, model) = (call.Model.Split('-')[0], call.Model.Split('-')[1]);
        return http.Response.WriteAsync(
            $$"""{"{{wiki}}": {"models": {"{{model}}": {"version": "9"} }, "scores": {"{{call.RevisionId}}": {"{{model}}": {"score": {"prediction": false, "probability": {"false": 0.75, "true": 0.25} } } } } } }""");
    }

    public async Task<JsonNode> GetJsonAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_upstream is not null) await _upstream.DisposeAsync();
    }

    private static async Task<WebApplication> StartAsync(string url, TimeProvider time, string[] switches)
    {
        var builder = OresLegacyHost.CreateBuilder(["--host=127.0.0.1", "--http_port=0", $"--liftwing_url={url}", .. switches]);
        builder.Services.AddSingleton(time);
        var app = OresLegacyHost.Map(builder.Build());
        await app.StartAsync();
        return app;
    }
}
