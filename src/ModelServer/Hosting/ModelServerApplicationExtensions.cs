using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Errors;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.ModelServer.OpenApi;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Maps the model server's middleware and endpoints.</summary>
public static class ModelServerApplicationExtensions
{
    /// <summary>Adds the middleware for telemetry and errors, then the endpoints.</summary>
    /// <param name="app">The host, built after <see cref="ModelServerBuilderExtensions.AddModelServer"/>.</param>
    /// <returns>The same host.</returns>
    public static WebApplication MapModelServer(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ModelServerApplicationExtensions));
        foreach (var warning in app.Services.GetRequiredService<SwitchRegistry>().Warnings) Log.Configuration(logger, warning);
        app.UseMiddleware<TelemetryMiddleware>();
        // Before the errors, which web pages read too.
        if (app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value.AllowedOrigins.Length > 0) app.UseCors();
        app.UseMiddleware<ErrorMiddleware>();
        if (app.Services.GetService<RequestHeadersAccessor>() is { } headers)
        {
            app.Use((http, next) =>
            {
                headers.Current = new IncomingRequestHeaders(http);
                return next(http);
            });
        }
        app.Services.GetRequiredService<V1Endpoints>().Map(app);
        app.Services.GetRequiredService<TensorFlowEndpoints>().Map(app);
        app.Services.GetRequiredService<V2Endpoints>().Map(app);
        app.MapGrpcServices();
        app.Services.GetRequiredService<RepositoryEndpoints>().Map(app);
        app.Services.GetRequiredService<StatisticsEndpoints>().Map(app);
        app.MapMetrics();
        app.MapOpenApiDocument();
        return app;
    }
}
