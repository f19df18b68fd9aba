using Grpc.Core;
using Grpc.Net.Client;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

/// <summary>V2 over gRPC, with tensors in raw contents.</summary>
/// <remarks>Open Inference Protocol, "gRPC".</remarks>
internal sealed class GrpcProtocol : IPredictorProtocol, IDisposable
{
    private readonly PredictorClientOptions _options;
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _client;

    public GrpcProtocol(PredictorHandler handler, IOptions<PredictorClientOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _channel = GrpcChannel.ForAddress(_options.Address, new GrpcChannelOptions
        {
            // With its own handler, the channel would add another connection pool and growing reconnect delays.
            HttpClient = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = _options.PredictorPayloadLimit,
        });
        _client = new GRPCInferenceService.GRPCInferenceServiceClient(_channel);
    }

    public async ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        var request = new ModelMetadataRequest { Name = modelName, Version = modelVersion ?? "" };
        return GrpcMessages.Read(await CallAsync(_client.ModelMetadataAsync(request, cancellationToken: cancellationToken), cancellationToken));
    }

    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        var server = await CallAsync(_client.ServerReadyAsync(new ServerReadyRequest(), cancellationToken: cancellationToken), cancellationToken);
        if (!server.Ready) return false;
        var request = new ModelReadyRequest { Name = modelName, Version = modelVersion ?? "" };
        return (await CallAsync(_client.ModelReadyAsync(request, cancellationToken: cancellationToken), cancellationToken)).Ready;
    }

    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        var message = GrpcMessages.Write(modelName, modelVersion, request);
        var answer = await CallAsync(_client.ModelInferAsync(message, cancellationToken: cancellationToken), cancellationToken);
        try
        {
            return GrpcMessages.Read(answer);
        }
        // The predictor's response is invalid, not the client's request.
        catch (InvalidInputException exception)
        {
            throw PredictorException.Unreadable(_options.PredictorHost!, exception);
        }
    }

    public void Dispose() => _channel.Dispose();

    private async ValueTask<T> CallAsync<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
    {
        using (call)
        {
            try
            {
                return await call.ResponseAsync;
            }
            catch (RpcException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw FailureOf(exception);
            }
        }
    }

    // The client library's own statuses have an exception, or lack the trailers that every server sends.
    private Exception FailureOf(RpcException exception) => exception.Status switch
    {
        { DebugException: HttpRequestException or IOException } => exception.Status.DebugException,
        { DebugException: { } unreadable } => PredictorException.Unreadable(_options.PredictorHost!, unreadable),
        { StatusCode: StatusCode.ResourceExhausted } when exception.Trailers.Count == 0 => PredictorException.TooLarge(_options.PredictorHost!, _options.PredictorPayloadLimit),
        { StatusCode: StatusCode.DeadlineExceeded } status => PredictorException.DeadlineExceeded(PredictorHttp.Shorten(status.Detail)),
        { StatusCode: StatusCode.Unimplemented } status => new NotSupportedByModelException(PredictorHttp.Shorten(status.Detail)),
        var status => PredictorException.Rejected(
            HttpStatusOf(status.StatusCode), PredictorHttp.Shorten(status.Detail), RetryAfter.Read(exception.Trailers.GetValue("retry-after"), _time)),
    };

    private static int HttpStatusOf(StatusCode status) => status switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.FailedPrecondition => 422,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unavailable => 503,
        _ => 500,
    };
}
