using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.PredictorClient;

/// <summary>Adds a predictor that lives elsewhere.</summary>
public static class PredictorClientExtensions
{
    /// <summary>The predictor at <c>--predictor_host</c> as the host's <see cref="IPredictor"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddPredictorClient(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PredictorClientOptions, PredictorClientOptionsValidator>().BindConfiguration("");
        services.AddHttpClient<RemotePredictor>((provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<PredictorClientOptions>>().Value;
            client.BaseAddress = options.Address;
            // The client times each request itself, so that a time-out can be told from a caller who left.
            client.Timeout = Timeout.InfiniteTimeSpan;
        })
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            // Pods behind a service come and go; a connection kept for ever would miss the new ones.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            UseCookies = false,
        });
        services.AddSingleton<IPredictor>(provider => provider.GetRequiredService<RemotePredictor>());
        return services;
    }
}
