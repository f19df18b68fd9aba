using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

/// <summary>Adds the client of a remote predictor.</summary>
public static class PredictorClientExtensions
{
    /// <summary>Adds the predictor at <c>--predictor_host</c> as the host's <see cref="IPredictor"/>; without that switch, adds the switches only.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddPredictorClient<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        if (string.IsNullOrEmpty(builder.AddSwitches<PredictorClientOptions>().PredictorHost)) return builder;
        // KServe's server reads the names that Python's requests and curl have for the file of authorities.
        builder.GetSwitches().SetFrom("predictor_ca_bundle", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE");
        builder.AddSwitchOptions<PredictorClientOptions>().ValidateOnStart();
        var services = builder.Services;
        services.TryAddSingleton<RequestHeadersAccessor>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PredictorHandler(
            provider.GetRequiredService<RequestHeadersAccessor>(), ConnectionsOf(provider.GetRequiredService<IOptions<PredictorClientOptions>>().Value)));
        services.AddSingleton<PredictorHttp>();
        services.AddSingleton(ProtocolOf);
        services.AddSingleton<IPredictor, RemotePredictor>();
        return builder;
    }

    private static IPredictorProtocol ProtocolOf(IServiceProvider provider)
        => provider.GetRequiredService<IOptions<PredictorClientOptions>>().Value.SpokenProtocol switch
        {
            "v1" => ActivatorUtilities.CreateInstance<V1Protocol>(provider),
            "grpc-v2" => ActivatorUtilities.CreateInstance<GrpcProtocol>(provider),
            _ => ActivatorUtilities.CreateInstance<V2Protocol>(provider),
        };

    private static SocketsHttpHandler ConnectionsOf(PredictorClientOptions options) => new()
    {
        // Pods behind a service come and go; a connection without a lifetime would miss the new ones.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // gRPC's requests share one connection until it is full.
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(options.PredictorConnectTimeoutSeconds),
        AllowAutoRedirect = false,
        UseCookies = false,
        // Kestrel reads headers as UTF-8; what it read goes out as it came in.
        RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
        SslOptions = PredictorTls.Of(options),
    };
}
