using System.Globalization;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Converts exceptions to statuses, compresses responses for clients that compress, and ends streams at shutdown.</summary>
internal sealed class CallInterceptor(IHostApplicationLifetime lifetime, IOptions<ModelServerOptions> options, ILogger<CallInterceptor> logger) : Interceptor
{
    public const string CodeTrailer = "error-code";

    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";

    // Clients reject more than 8 KiB of trailers, and percent-encoding expands some characters to nine bytes.
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
            throw ToRpcException(exception, context, RequestRecord.FromContext(context.GetHttpContext()));
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
            throw ToRpcException(exception, context, RequestRecord.FromContext(context.GetHttpContext()));
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
            // Kestrel waits for open streams when it stops, and a client may leave one open for days.
            await continuation(new StoppableStream<TRequest>(requestStream, lifetime.ApplicationStopping), responseStream, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context, RequestRecord.FromContext(context.GetHttpContext()));
        }
    }

    /// <summary>Converts an exception to a gRPC status. An unexpected exception is logged once; its details are not sent.</summary>
    public RpcException ToRpcException(Exception exception, ServerCallContext context, RequestRecord record)
        => ToRpcException(exception, context.Method, record, context.GetHttpContext());

    private RpcException ToRpcException(Exception exception, string method, RequestRecord record, HttpContext http)
    {
        var error = MapException(exception, method, http);
        (record.GrpcStatus, record.ErrorCode) = (error.StatusCode, error.Trailers.GetValue(CodeTrailer));
        return error;
    }

    private RpcException MapException(Exception exception, string method, HttpContext http)
    {
        switch (exception)
        {
            // The gRPC library's error for an invalid frame: the client's error.
            case RpcException { StatusCode: StatusCode.Internal } unreadable when unreadable.Trailers.Get(CodeTrailer) is null:
                return Unreadable(unreadable.Status.Detail);
            // The library's error for a response over the limit.
            case RpcException { StatusCode: StatusCode.ResourceExhausted } tooLarge when tooLarge.Trailers.Get(CodeTrailer) is null:
                return CreateError(
                    StatusCode.ResourceExhausted,
                    $"The response message is larger than the {options.Value.GrpcMaxSendMessageLength} bytes of --grpc_max_send_message_length.",
                    "payload_too_large");
            // The library's error for an unknown grpc-encoding.
            case RpcException { StatusCode: StatusCode.Unimplemented } coding when coding.Trailers.Get(CodeTrailer) is null:
                return CreateError(StatusCode.Unimplemented, coding.Status.Detail, "unsupported_content_coding");
            case RpcException status:
                return status;
            case InferenceException error:
                if (error.ShouldLog) Log.CallFailed(logger, method, exception);
                return CreateError(CodeOf(error.StatusCode), error.Message, error.Code, error.RetryAfter);
            case var _ when CallDeadline.HasPassed(http):
                return CreateError(StatusCode.DeadlineExceeded, "The deadline of the call, its grpc-timeout, has passed.", "request_timeout");
            // The client has disconnected.
            case var _ when http.RequestAborted.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The request was cancelled."));
            case OutOfMemoryException:
                return MapException(new OutOfMemoryRequestException(exception), method, http);
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return CreateError(StatusCode.DeadlineExceeded, "The message arrived too slowly.", "request_body_timeout");
            case InvalidProtocolBufferException:
                return Unreadable("It is not a message of this method.");
            case InvalidDataException:
                return Unreadable("Its compressed content is invalid, incomplete or followed by other bytes.");
            case IOException:
                return Unreadable("Its content does not match its prefix.");
            default:
                Log.CallFailed(logger, method, exception);
                return CreateError(StatusCode.Internal, "The server failed on this request.", "internal_error");
        }
    }

    /// <summary>Sets the error of a call that failed outside the interceptor: while a message was read, or while the response was written.</summary>
    /// <param name="http">Context of the ended call.</param>
    public void Correct(HttpContext http)
    {
        if (http.Features.Get<IServerCallContextFeature>()?.ServerCallContext is not { } context) return;
        RequestRecord.FromContext(http).GrpcStatus = context.Status.StatusCode;
        if (context.Status is not { StatusCode: not StatusCode.OK } failed) return;
        // The library starts the response before it detects that the message exceeds the limit; trailers can still be changed.
        var headers = http.Response.HasStarted ? http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : http.Response.Headers;
        if (headers is null || headers.IsReadOnly || headers.ContainsKey(CodeTrailer)) return;
        var error = ToRpcException(failed.DebugException ?? new RpcException(failed), context.Method, RequestRecord.FromContext(http), http);
        Set(headers, error);
    }

    /// <summary>Sends an error as the response of a call that has not started.</summary>
    public void Reject(HttpContext http, InferenceException exception) => Reject(http, ToRpcException(exception, http.Request.Path, RequestRecord.FromContext(http), http));

    /// <summary>Sends a trailers-only response.</summary>
    public static void Reject(HttpContext http, RpcException error)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/grpc";
        Set(http.Response.Headers, error);
    }

    /// <summary>Returns the gRPC status of an HTTP status, as in <c>docs/errors.md</c>.</summary>
    internal static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        408 or 504 => StatusCode.DeadlineExceeded,
        413 or 429 => StatusCode.ResourceExhausted,
        415 or 501 => StatusCode.Unimplemented,
        422 => StatusCode.FailedPrecondition,
        502 or 503 => StatusCode.Unavailable,
        >= 400 and < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    private static RpcException Unreadable(string why) => CreateError(StatusCode.InvalidArgument, $"The message could not be read. {why}", "invalid_input");

    /// <summary>Creates an error with its code in the trailers.</summary>
    public static RpcException CreateError(StatusCode status, string detail, string code, TimeSpan? retryAfter = null)
    {
        var trailers = new Metadata { { CodeTrailer, code } };
        if (retryAfter is { } wait)
        {
            trailers.Add("retry-after", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            // gRPC's own clients read this header to schedule a retry.
            trailers.Add("grpc-retry-pushback-ms", Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }
        return new RpcException(new Status(status, ShortText.Of(detail, MaxDetail)), trailers);
    }

    private static void Set(IHeaderDictionary headers, RpcException error)
    {
        headers[StatusHeader] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers[MessageHeader] = Uri.EscapeDataString(error.Status.Detail);
        headers[CodeTrailer] = error.Trailers.GetValue(CodeTrailer);
    }

    // Clients announce gzip even if they prefer uncompressed messages: only a client that sends compressed messages receives them.
    private static void SetCompression(ServerCallContext context)
    {
        if (!context.GetHttpContext().Request.Headers.TryGetValue("grpc-encoding", out var coding) || coding.ToString() == "identity")
            context.WriteOptions = Plain;
    }
}
