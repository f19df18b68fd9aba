using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

/// <summary>Adds a predictor that lives elsewhere.</summary>
public static class PredictorClientExtensions
{
    /// <summary>The predictor at <c>--predictor_host</c> as the host's <see cref="IPredictor"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddPredictorClient(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PredictorClientOptions, PredictorClientOptionsValidator>().BindConfiguration("");
        services.TryAddSingleton<RequestHeadersAccessor>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PredictorHandler(
            provider.GetRequiredService<RequestHeadersAccessor>(), ConnectionsOf(provider.GetRequiredService<IOptions<PredictorClientOptions>>().Value)));
        services.AddSingleton<PredictorHttp>();
        services.AddSingleton(ProtocolOf);
        services.AddSingleton<IPredictor, RemotePredictor>();
        return services;
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
        // Pods behind a service come and go; a connection kept for ever would miss the new ones.
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
