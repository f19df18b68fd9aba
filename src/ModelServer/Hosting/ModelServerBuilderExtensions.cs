using System.Net;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Adds to a host what every server of ours has.</summary>
public static class ModelServerBuilderExtensions
{
    /// <summary>Switches, environment, Kestrel and its limits, the data plane, the endpoints of V1 and V2, API documentation.</summary>
    /// <param name="builder">A slim builder; its host still needs an <c>IPredictor</c>.</param>
    /// <param name="args">The command line.</param>
    /// <param name="optionTypes">All options the command line may set.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="CommandLineException">A switch cannot be understood.</exception>
    public static WebApplicationBuilder AddModelServer(this WebApplicationBuilder builder, IReadOnlyList<string> args, IEnumerable<Type> optionTypes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var known = Switch.Of(optionTypes);
        builder.Configuration.AddInMemoryCollection(CommandLine.Parse([.. FromEnvironment(builder.Configuration, known), .. args], known));

        builder.Services.AddOptionsWithValidateOnStart<ModelServerOptions, ModelServerOptionsValidator>().BindConfiguration("");
        builder.Services.TryAddSingleton<DataPlane.DataPlane>();
        builder.Services.AddSingleton<ServerReadiness>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ModelServerOptions>>(
            static (host, server) => host.ShutdownTimeout = TimeSpan.FromSeconds(server.Value.ShutdownTimeoutSeconds));
        builder.Services.AddSingleton<V1Endpoints>();
        builder.Services.AddSingleton<V2Endpoints>();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConfigureKestrel>();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Were its errors listened to, the host would make an activity and a log scope for every request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A failed start is told once, as a sentence, by ModelServerProgram.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        return builder;
    }

    // As switches in front of the command line's: checked like them, and overridden by them. Knative says the port in PORT.
    private static IEnumerable<string> FromEnvironment(ConfigurationManager configuration, IEnumerable<Switch> switches)
    {
        foreach (var known in switches)
            if (configuration[known.Name] is { } value) yield return $"--{known.Name}={value}";
        if (configuration["PORT"] is { Length: > 0 } port) yield return $"--http_port={port}";
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
        }
    }
}
