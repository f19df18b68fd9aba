using System.Globalization;
using System.Net;
using InferenceServices.Codecs.V2;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.OpenApi;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Adds a model server to a host.</summary>
public static class ModelServerBuilderExtensions
{
    /// <summary>Adds Kestrel and its limits, the request pipeline, the endpoints of V1, V2 and gRPC, telemetry and the API documentation.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder; the host still needs an <c>IPredictor</c> and an <c>IModelRepository</c>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="CommandLineException">A switch cannot be read.</exception>
    public static TBuilder AddModelServer<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.IgnoreForeignVariables();
        builder.Services.AddSingleton(builder.GetSwitches());
        builder.AddSwitchOptions<ModelServerOptions>().ValidateOnStart();
        builder.SetKnativePort();
        builder.AddSwitchOptions<ModelOptions>().ValidateOnStart();
        builder.AddSwitchOptions<CloudEventOptions>().ValidateOnStart();
        builder.AddSwitchOptions<TelemetryOptions>().ValidateOnStart();

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddTelemetry();
        builder.Services.AddSingleton<CloudEventWriter>();
        NativeHeap.Configure();
        // A truncated gzip or deflate body is an error, not a shorter body.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        builder.Services.AddSingleton<RequestMemory>();
        builder.Services.AddSingleton<ConnectionBuffers>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(static services => services.GetRequiredService<ConnectionBuffers>());
        builder.Services.AddSingleton<IReleasableMemory>(static services => services.GetRequiredService<ConnectionBuffers>());
        builder.Services.AddHostedService<MemoryTrimmer>();
        builder.Services.AddSingleton<V1TensorTransformer>();
        builder.Services.AddSingleton<InferencePipeline>();
        builder.Services.TryAddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<ServerReadiness>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ModelServerOptions>>(
            static (host, server) => host.ShutdownTimeout = TimeSpan.FromSeconds(server.Value.ShutdownTimeoutSeconds));
        builder.Services.AddSingleton<V1Endpoints>();
        builder.Services.AddSingleton<V2Endpoints>();
        builder.Services.AddSingleton<TensorFlowEndpoints>();
        builder.Services.AddSingleton<ServerMetadata>();
        builder.Services.AddCors();
        builder.Services.AddSingleton<IConfigureOptions<CorsOptions>, ConfigureCors>();
        builder.Services.AddGrpcServices();
        builder.Services.AddSingleton<RepositoryEndpoints>();
        builder.Services.AddSingleton<StatisticsEndpoints>();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConfigureKestrel>();
        builder.AddLog();
        builder.AddTraces();
        return builder;
    }

    private static void IgnoreForeignVariables(this IHostApplicationBuilder builder)
    {
        var switches = builder.GetSwitches();
        // Shells and conda set HOST to a name, for example x86_64-conda-linux-gnu.
        switches.IgnoreForeign("host", static value => !IPAddress.TryParse(value, out _), "the value is not an IP address");
        // Kubernetes sets GRPC_PORT=tcp://10.0.0.1:8081 for a service called grpc.
        foreach (var name in new[] { "port", "http_port", "grpc_port" })
            switches.IgnoreForeign(name, static value => value.Contains("://", StringComparison.Ordinal), "the value is a service link of Kubernetes");
    }

    // Knative sets PORT to the one port that it sends requests to: the gRPC port, when the container declares that one.
    private static void SetKnativePort(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSwitches<ModelServerOptions>();
#pragma warning disable RS0030 // PORT is a variable of Knative, not a switch.
        var port = builder.Configuration["PORT"];
#pragma warning restore RS0030
        var isGrpcPort = options.EnableGrpc && port == options.GrpcPort.ToString(CultureInfo.InvariantCulture);
        if (port is { Length: > 0 } && !isGrpcPort) builder.GetSwitches().Set("http_port", port);
    }

    private sealed class ConfigureCors(IOptions<ModelServerOptions> options) : IConfigureOptions<CorsOptions>
    {
        public void Configure(CorsOptions cors) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(options.Value.AllowedOrigins)
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(RequestId.Header, "Retry-After", "Server-Timing", InferenceHeader.Name));
    }

    private sealed class ConfigureKestrel(IOptions<ModelServerOptions> options) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions kestrel)
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.Value.TimeoutKeepAliveSeconds);
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            // RequestBody enforces the limit: it sends a 413 with a JSON body and lets Kestrel drain the request; Kestrel's own limit resets the connection.
            kestrel.Limits.MaxRequestBodySize = null;
            // RequestBody and GrpcMessageReader enforce the rate of requests: Kestrel would reset the connection of a client that sends on, with all its calls.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = options.Value.MinDataRate > 0 ? new MinDataRate(options.Value.MinDataRate, gracePeriod: TimeSpan.FromSeconds(5)) : null;
            if (!IPAddress.TryParse(options.Value.Host, out var address))
                throw new CommandLineException($"--host should be an IP address, got '{options.Value.Host}'.");
            kestrel.Listen(address, options.Value.HttpPort);
            if (options.Value.EnableGrpc) kestrel.Listen(address, options.Value.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            // A client that disappears without closing its connection leaves health watches open; a ping detects it.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        }
    }
}
