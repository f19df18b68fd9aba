using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Adds gRPC to a server: inference, health and reflection.</summary>
internal static class GrpcExtensions
{
    // Names and a few parameters. Unknown fields of a longer message would become millions of objects.
    private const int MaxOtherMessage = 64 << 10;

    public static void AddGrpcServices(this IServiceCollection services)
    {
        services.AddGrpc();
        services.AddReflection();
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
        var memory = app.Services.GetRequiredService<RequestMemory>();
        var limit = app.Services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.MaxReceiveMessageSize;
        var readers = new DefaultObjectPool<GrpcMessageReader>(new ReaderPolicy(memory), maximumRetained: 256);
        foreach (var service in new IEndpointConventionBuilder[]
        {
            app.MapGrpcService(static services => InferenceBinder.Bind(services.GetRequiredService<InferenceEndpoints>(), services.GetRequiredService<InferCalls>())),
            app.MapGrpcService<HealthEndpoints>(),
            app.MapGrpcService<ReflectionServiceImpl>(),
            app.MapGrpcService<ReflectionV1ServiceImpl>(),
        })
        {
            service.Add(endpoint => Surround(endpoint, calls, telemetry, readers, limit));
        }
    }

    // The library of ASP.NET Core finds descriptors by reflection, which does not work in a native program.
    private static void AddReflection(this IServiceCollection services)
    {
        services.AddSingleton(static _ => new ReflectionServiceImpl(Descriptors()));
        services.AddSingleton(static _ => new ReflectionV1ServiceImpl(Descriptors()));

        static ServiceDescriptor[] Descriptors() => [GRPCInferenceService.Descriptor, Health.Descriptor, V1Alpha.ServerReflection.Descriptor, V1.ServerReflection.Descriptor];
    }

    // The library reads a message before the first interceptor runs, and writes the response after the last.
    private static void Surround(EndpointBuilder endpoint, CallInterceptor calls, RequestTelemetry telemetry, ObjectPool<GrpcMessageReader> readers, int? limit)
    {
        var next = endpoint.RequestDelegate!;
        var metadata = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method;
        var method = metadata?.Name;
        var isStream = metadata?.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
        if (method is nameof(InferenceEndpoints.ServerLive) or nameof(InferenceEndpoints.ServerReady) or nameof(InferenceEndpoints.ModelReady))
            endpoint.Metadata.Add(new ProbeAttribute());
        var kind = method switch
        {
            nameof(InferenceEndpoints.ModelInfer) => MessageKind.Infer,
            nameof(InferenceEndpoints.ModelStreamInfer) => MessageKind.InferStream,
            _ => MessageKind.Other,
        };
        endpoint.RequestDelegate = async http =>
        {
            if (kind == MessageKind.Infer) telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.Grpc);
            CallDeadline? deadline;
            try
            {
                deadline = CallDeadline.Start(http);
            }
            catch (InvalidInputException exception)
            {
                calls.Reject(http, exception);
                return;
            }
            var reader = readers.Get();
            if (kind == MessageKind.Other) reader.Attach(http, kind, isStream, MaxOtherMessage, "this method");
            else reader.Attach(http, kind, isStream, limit, "--grpc_max_receive_message_length");
            try
            {
                using (deadline)
                {
                    await next(http);
                    calls.Correct(http);
                }
                // The memory of a large answer is counted until the client has read the answer.
                if (reader.Reservation is { HasLargeAnswer: true } large)
                    await AnswerDeadline.EnforceAsync(http, large.AnswerTimeout, async token => await http.Response.BodyWriter.FlushAsync(token));
            }
            finally
            {
                reader.Detach();
                readers.Return(reader);
            }
        };
    }

    private sealed class ReaderPolicy(RequestMemory memory) : IPooledObjectPolicy<GrpcMessageReader>
    {
        public GrpcMessageReader Create() => new(memory);

        public bool Return(GrpcMessageReader obj) => true;
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
