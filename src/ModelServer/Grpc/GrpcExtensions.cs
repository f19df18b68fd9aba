using System.IO.Compression;
using Grpc.AspNetCore.Server;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Adds gRPC to a server: inference, health and reflection.</summary>
internal static class GrpcExtensions
{
    public static void AddGrpcServices(this IServiceCollection services)
    {
        services.AddGrpc();
        services.AddGrpcReflection();
        services.AddSingleton<IConfigureOptions<GrpcServiceOptions>, ConfigureGrpc>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CallInterceptor>();
        services.AddSingleton<InferCalls>();
        services.AddSingleton<RepositoryCalls>();
        services.AddSingleton<InferenceEndpoints>();
        services.AddSingleton<HealthEndpoints>();
    }

    public static void MapGrpcServices(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value.EnableGrpc) return;
        var calls = app.Services.GetRequiredService<CallInterceptor>();
        var telemetry = app.Services.GetRequiredService<RequestTelemetry>();
        foreach (var service in new IEndpointConventionBuilder[]
            { app.MapGrpcService<InferenceEndpoints>(), app.MapGrpcService<HealthEndpoints>(), app.MapGrpcReflectionService() })
            service.Add(endpoint => Surround(endpoint, calls, telemetry));
    }

    // The library reads a message before the first interceptor runs, and writes the response after the last.
    private static void Surround(EndpointBuilder endpoint, CallInterceptor calls, RequestTelemetry telemetry)
    {
        var next = endpoint.RequestDelegate!;
        var infers = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Name == nameof(InferenceEndpoints.ModelInfer);
        endpoint.RequestDelegate = async http =>
        {
            if (infers) telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.Grpc);
            await next(http);
            calls.Correct(http);
        };
    }

    private sealed class ConfigureGrpc(IOptions<ModelServerOptions> options) : IConfigureOptions<GrpcServiceOptions>
    {
        public void Configure(GrpcServiceOptions grpc)
        {
            grpc.MaxReceiveMessageSize = LimitOf(options.Value.GrpcMaxReceiveMessageLength);
            grpc.MaxSendMessageSize = LimitOf(options.Value.GrpcMaxSendMessageLength);
            // Only for calls whose requests are compressed; see CallInterceptor.
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.ResponseCompressionLevel = CompressionLevel.Fastest;
            grpc.Interceptors.Add<CallInterceptor>();
            // See UnknownMethod.
            grpc.IgnoreUnknownServices = true;
        }

        private static int? LimitOf(int length) => length > 0 ? length : null;
    }
}
