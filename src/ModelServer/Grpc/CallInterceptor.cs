using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using InferenceServices.Contracts.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Around every call: exception → status, in one place; answers compressed for those who compress; streams that end with the server.</summary>
internal sealed partial class CallInterceptor(IHostApplicationLifetime lifetime, ILogger<CallInterceptor> logger) : Interceptor
{
    public const string CodeTrailer = "error-code";

    // Clients refuse more than 8 KiB of trailers, and percent-encoding makes nine bytes of some characters.
    private const int MaxDetail = 800;

    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            SetCompression(context);
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Refuse(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Refuse(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            SetCompression(context);
            // Kestrel waits for open streams when it stops, and a caller may leave one open for days.
            await continuation(new StoppableStream<TRequest>(requestStream, lifetime.ApplicationStopping), responseStream, context);
        }
        catch (Exception exception)
        {
            throw Refuse(exception, context);
        }
    }

    /// <summary>What a caller is told of a failure. What nobody foresaw is logged, once, and tells the caller nothing.</summary>
    public RpcException Refuse(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case RpcException told:
                return told;
            case InferenceException refusal:
                if (refusal.StatusCode == 500) Log.Failed(logger, context.Method, exception);
                return Refuse(CodeOf(refusal.StatusCode), refusal.Message, refusal.Code, refusal.RetryAfter);
            case InvalidProtocolBufferException:
                return Refuse(StatusCode.InvalidArgument, "The message is no message of this method.", "invalid_input");
            // Nobody is there to read it.
            case var _ when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The caller left."));
            default:
                Log.Failed(logger, context.Method, exception);
                return Refuse(StatusCode.Internal, "The server failed on this request.", "internal_error");
        }
    }

    /// <summary>From an HTTP status; <c>docs/errors.md</c> says why.</summary>
    internal static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        408 or 504 => StatusCode.DeadlineExceeded,
        413 or 429 => StatusCode.ResourceExhausted,
        422 => StatusCode.FailedPrecondition,
        501 => StatusCode.Unimplemented,
        502 or 503 => StatusCode.Unavailable,
        >= 400 and < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    private static RpcException Refuse(StatusCode status, string detail, string code, TimeSpan? retryAfter = null)
    {
        var trailers = new Metadata { { CodeTrailer, code } };
        if (retryAfter is { } wait)
        {
            trailers.Add("retry-after", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            // What gRPC's own clients read when they are told to retry.
            trailers.Add("grpc-retry-pushback-ms", Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }
        return new RpcException(new Status(status, detail.Length <= MaxDetail ? detail : detail[..MaxDetail] + "…"), trailers);
    }

    // Clients say that they understand gzip even when they would rather not: who sends compressed messages gets them.
    private static void SetCompression(ServerCallContext context)
    {
        if (!context.GetHttpContext().Request.Headers.TryGetValue("grpc-encoding", out var coding) || coding.ToString() == "identity")
            context.WriteOptions = Plain;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.CallFailed, LogLevel.Error, "{Method} failed.")]
        public static partial void Failed(ILogger logger, string method, Exception exception);
    }
}
