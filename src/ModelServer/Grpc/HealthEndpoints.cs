using Grpc.Core;
using Grpc.Health.V1;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Hosting;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Serves readiness for Kubernetes' gRPC probes and gRPC clients.</summary>
/// <remarks>gRPC Health Checking Protocol. The services are the server (the empty name) and the inference service.</remarks>
[Probe]
internal sealed class HealthEndpoints(ServerReadiness readiness, IHostApplicationLifetime lifetime, TimeProvider time) : Health.HealthBase
{
    // Readiness is polled: a watch reports a change within this time, and a shutdown immediately.
    internal static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private static readonly string InferenceService = GRPCInferenceService.Descriptor.FullName;

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await StatusOfAsync(request.Service, context.CancellationToken);
        return status != ServingStatus.ServiceUnknown
            ? new HealthCheckResponse { Status = status }
            : throw CallInterceptor.CreateError(StatusCode.NotFound, $"There is no service '{ShortText.Of(request.Service)}'.", "not_found");
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var timer = new PeriodicTimer(WatchInterval, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        ServingStatus? reported = null;
        bool last;
        do
        {
            last = lifetime.ApplicationStopping.IsCancellationRequested;
            var status = await StatusOfAsync(request.Service, context.CancellationToken);
            // Other subscribers of the shutdown may run later than this call.
            if (last && status == ServingStatus.Serving) status = ServingStatus.NotServing;
            if (status != reported) await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            reported = status;
        }
        while (!last && await WaitAsync(timer, end.Token, context.CancellationToken));
    }

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken end, CancellationToken caller)
    {
        try
        {
            return await timer.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            // A shutdown is reported as a change; a cancelled watch is not.
            return !caller.IsCancellationRequested;
        }
    }

    private async ValueTask<ServingStatus> StatusOfAsync(string service, CancellationToken cancellationToken)
    {
        if (service.Length > 0 && service != InferenceService) return ServingStatus.ServiceUnknown;
        return await readiness.IsReadyAsync(cancellationToken) ? ServingStatus.Serving : ServingStatus.NotServing;
    }
}
