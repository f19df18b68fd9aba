using System.Globalization;
using System.Net;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.ModelServer.OpenApi;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Adds to a host what every server of ours has.</summary>
public static class ModelServerBuilderExtensions
{
    /// <summary>Switches, environment, Kestrel and its limits, the data plane, the endpoints of V1, V2 and gRPC, API documentation.</summary>
    /// <param name="builder">A slim builder; its host still needs an <c>IPredictor</c> and an <c>IModelRepository</c>.</param>
    /// <param name="args">The command line.</param>
    /// <param name="optionTypes">All options the command line may set.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="CommandLineException">A switch cannot be understood.</exception>
    public static WebApplicationBuilder AddModelServer(this WebApplicationBuilder builder, IReadOnlyList<string> args, IEnumerable<Type> optionTypes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var known = Switch.Of(optionTypes);
        builder.Configuration.AddInMemoryCollection(ReadSwitches(builder.Configuration, args, known));

        builder.Services.AddOptionsWithValidateOnStart<ModelServerOptions, ModelServerOptionsValidator>().BindConfiguration("");
        builder.Services.AddOptionsWithValidateOnStart<CloudEventOptions, CloudEventOptionsValidator>().BindConfiguration("");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddTelemetry();
        builder.Services.AddSingleton<CloudEventWriter>();
        builder.Services.AddSingleton<RequestLimiter>();
        builder.Services.AddSingleton<V1TensorTransformer>();
        builder.Services.TryAddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<ServerReadiness>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ModelServerOptions>>(
            static (host, server) => host.ShutdownTimeout = TimeSpan.FromSeconds(server.Value.ShutdownTimeoutSeconds));
        builder.Services.AddSingleton<V1Endpoints>();
        builder.Services.AddSingleton<V2Endpoints>();
        builder.Services.AddSingleton<ServerMetadata>();
        builder.Services.AddGrpcServices();
        builder.Services.AddSingleton<RepositoryEndpoints>();
        builder.Services.AddSingleton<StatisticsEndpoints>();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConfigureKestrel>();
        builder.AddLog();
        builder.AddTraces();
        return builder;
    }

    // The environment's as switches in front of the command line's: checked like them, and overridden by them.
    private static Dictionary<string, string?> ReadSwitches(ConfigurationManager configuration, IReadOnlyList<string> args, IReadOnlyList<Switch> known)
    {
        string[] environment = [.. known.Where(it => configuration[it.Name] is not null).Select(it => $"--{it.Name}={configuration[it.Name]}")];
        // KServe's server hears of authorities by the names that Python's requests and curl have for them.
        if ((configuration["REQUESTS_CA_BUNDLE"] ?? configuration["CURL_CA_BUNDLE"]) is { Length: > 0 } bundle)
            environment = [$"--predictor_ca_bundle={bundle}", .. environment];
        var values = CommandLine.Parse([.. environment, .. args], known);
        // Knative says in PORT the one port it sends requests to: that of gRPC, when the container declares that one.
        return configuration["PORT"] is { Length: > 0 } port && !IsGrpcPort(port, values)
            ? CommandLine.Parse([.. environment, $"--http_port={port}", .. args], known)
            : values;
    }

    private static bool IsGrpcPort(string port, Dictionary<string, string?> values)
    {
        var defaults = new ModelServerOptions();
        return values.GetValueOrDefault("enable_grpc") != "false"
            && port == (values.GetValueOrDefault("grpc_port") ?? defaults.GrpcPort.ToString(CultureInfo.InvariantCulture));
    }

    private sealed class ConfigureKestrel(IOptions<ModelServerOptions> options) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions kestrel)
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.Value.TimeoutKeepAliveSeconds);
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            // RequestBody holds the limit: it answers with our 413 and lets Kestrel drain, where Kestrel's own resets the connection.
            kestrel.Limits.MaxRequestBodySize = null;
            if (!IPAddress.TryParse(options.Value.Host, out var address))
                throw new CommandLineException($"--host should be an IP address, got '{options.Value.Host}'.");
            kestrel.Listen(address, options.Value.HttpPort);
            if (options.Value.EnableGrpc) kestrel.Listen(address, options.Value.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            // A caller who vanished without a word leaves a watch open; a ping finds out.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        }
    }
}
