using System.Net;
using InferenceServices.Configuration;
using InferenceServices.OresLegacy.Endpoints;
using InferenceServices.OresLegacy.LiftWing;
using InferenceServices.OresLegacy.OpenApi;
using InferenceServices.OresLegacy.Scores;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Prometheus;

namespace InferenceServices.OresLegacy.Hosting;

/// <summary>Composes ores-legacy: the API of ORES in front of revscoring services.</summary>
public static class OresLegacyHost
{
    // All requests are GET without a body.
    private const long MaxBodyBytes = 1024;

    /// <summary>Composes the server.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]).UseCommandLine(args);
        // Shells and conda set HOST to a name, for example x86_64-conda-linux-gnu.
        builder.GetSwitches().IgnoreForeign("host", static value => !IPAddress.TryParse(value, out _), "the value is not an IP address");
        builder.AddSwitchOptions<OresLegacyOptions>().ValidateOnStart();
        AddLog(builder);
        var services = builder.Services;
        services.AddSingleton(builder.GetSwitches());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static _ => Metrics.NewCustomRegistry());
        services.AddSingleton<CallMetrics>();
        services.AddSingleton(static provider => ScorerTable.Load(provider.GetRequiredService<IOptions<OresLegacyOptions>>().Value.ScorersFile));
        services.AddSingleton<LiftWingClient>();
        services.AddSingleton<ScoreReader>();
        services.AddSingleton<ScoreEndpoints>();
        services.AddCors();
        services.AddSingleton<IConfigureOptions<CorsOptions>, ConfigureCors>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConfigureKestrel>();
        return builder;
    }

    /// <summary>Builds the server.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplication Build(string[] args) => Map(CreateBuilder(args).Build());

    /// <summary>Maps the middleware and the endpoints.</summary>
    /// <param name="app">The host.</param>
    /// <returns>The same host.</returns>
    internal static WebApplication Map(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OresLegacyHost));
        foreach (var warning in app.Services.GetRequiredService<SwitchRegistry>().Warnings) Log.Configuration(logger, warning);
        app.UseMiddleware<RequestMetricsMiddleware>();
        app.UseCors();
        app.UseMiddleware<ErrorMiddleware>();
        // Explicit, so that errors of routing reach the middleware above.
        app.UseRouting();
        app.Services.GetRequiredService<ScoreEndpoints>().Map(app);
        app.MapGet("/healthz", static () => TypedResults.Text("ok"));
        app.MapMetrics("/metrics", app.Services.GetRequiredService<CollectorRegistry>());
        app.MapOpenApi();
        return app;
    }

    private static void AddLog(WebApplicationBuilder builder)
    {
        var options = builder.AddSwitches<OresLegacyOptions>();
        if (options.LogFormat == LogFormat.Json) builder.Logging.AddJsonConsole(static json => (json.TimestampFormat, json.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ", true));
        else builder.Logging.AddSimpleConsole(static text => (text.SingleLine, text.TimestampFormat, text.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true));
        // If stdout is not drained, log lines are dropped; requests are never blocked.
        builder.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Logging.SetMinimumLevel((LogLevel)options.LogLevel);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // OresLegacyProgram writes a failed start once, as a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
    }

    private sealed class ConfigureCors(IOptions<OresLegacyOptions> options) : IConfigureOptions<CorsOptions>
    {
        public void Configure(CorsOptions cors) => cors.AddDefaultPolicy(policy => policy.WithOrigins(options.Value.AllowedOrigins).WithMethods(HttpMethods.Get).AllowAnyHeader());
    }

    private sealed class ConfigureKestrel(IOptions<OresLegacyOptions> options) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions kestrel)
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            kestrel.Listen(IPAddress.Parse(options.Value.Host), options.Value.HttpPort);
        }
    }
}
