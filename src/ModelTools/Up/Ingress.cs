using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace InferenceServices.ModelTools.Up;

/// <summary>The ingress of an InferenceService: routes explanations to the explainer and all other requests to the transformer or the predictor.</summary>
/// <remarks>KServe, <c>pkg/constants</c>: the explain prefix is <c>^/v1/models/[\w-]+:explain$</c>.</remarks>
internal sealed class Ingress : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Ingress(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts listening on the loopback interface.</summary>
    /// <param name="port">Port; 0 selects a free port.</param>
    /// <param name="entry">Address of the transformer or the predictor.</param>
    /// <param name="explainer">Address of the explainer, or null.</param>
    /// <param name="grpc">Whether the port accepts gRPC (HTTP/2 without TLS).</param>
    /// <param name="timeout">Maximum time without activity of a server.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<Ingress> OpenAsync(int port, Uri entry, Uri? explainer, bool grpc, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The servers limit the body size.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        List<RouteConfig> routes = [new() { RouteId = "entry", ClusterId = "entry", Order = 1, Match = new() { Path = "/{**path}" } }];
        List<ClusterConfig> clusters = [Cluster("entry", entry, grpc, timeout)];
        if (explainer is not null)
        {
            routes.Add(new() { RouteId = "explainer", ClusterId = "explainer", Order = 0, Match = new() { Path = @"/v1/models/{model:regex(^[\w-]+$)}:explain" } });
            clusters.Add(Cluster("explainer", explainer, grpc, timeout));
        }
        builder.Services.AddReverseProxy().LoadFromMemory(routes, clusters);
        var app = builder.Build();
        app.MapReverseProxy();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException)
        {
            await app.DisposeAsync();
            throw;
        }
        return new Ingress(app);
    }

    /// <summary>Stops accepting requests and waits for requests in flight.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static ClusterConfig Cluster(string name, Uri address, bool grpc, TimeSpan timeout) => new()
    {
        ClusterId = name,
        Destinations = new Dictionary<string, DestinationConfig> { ["pod"] = new() { Address = address.ToString() } },
        HttpRequest = new ForwarderRequestConfig
        {
            Version = grpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = timeout,
        },
    };
}
