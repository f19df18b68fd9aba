using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Inference over gRPC: one request per call, or a stream of requests.</summary>
internal sealed class InferCalls(
    InferencePipeline pipeline, RequestTelemetry telemetry, CallInterceptor calls, IOptions<ModelServerOptions> options)
{
    // Triton's clients send this header for a stream that ends at its first error.
    private const string StrictHeader = "triton_grpc_error";

    private readonly bool _alwaysRaw = options.Value.GrpcRawOutput == ModelServerOptions.AlwaysRaw;

    public async Task<ModelInferResponse> InferAsync(ModelInferRequest message, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var exchange = new GrpcExchange(message, RequestRecord.FromContext(http), ReservationOf(http), _alwaysRaw);
        await pipeline.InferAsync(exchange, context.CancellationToken);
        // gRPC serializes the message from the tensors' own memory after this method returns, and before the HTTP request ends.
        http.Response.RegisterForDispose(exchange.Response!);
        ServerTiming.AddHeader(http, exchange.Record);
        CacheHeaders.Send(http, exchange.Record);
        return exchange.ResponseMessage!;
    }

    /// <summary>Sends one response per request, in order. An error is a response too, and the stream continues.</summary>
    public async Task StreamAsync(
        IAsyncStreamReader<ModelInferRequest> messages, IServerStreamWriter<ModelStreamInferResponse> responses, ServerCallContext context)
    {
        var call = RequestRecord.FromContext(context.GetHttpContext());
        var strict = context.GetHttpContext().Request.Headers[StrictHeader] == "true";
        while (await messages.MoveNext(context.CancellationToken))
        {
            // Telemetry counts each message as a request; the call itself is not an inference.
            var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.Grpc);
            record.RequestId = call.RequestId;
            try
            {
                await RespondAsync(messages.Current, record, responses, context, strict);
            }
            finally
            {
                telemetry.EndRequest(record, context.GetHttpContext());
            }
        }
    }

    private async ValueTask RespondAsync(
        ModelInferRequest message, RequestRecord record, IServerStreamWriter<ModelStreamInferResponse> responses, ServerCallContext context, bool strict)
    {
        var exchange = new GrpcExchange(message, record, ReservationOf(context.GetHttpContext()), _alwaysRaw);
        try
        {
            await pipeline.InferAsync(exchange, context.CancellationToken);
        }
        catch (Exception exception)
        {
            var error = calls.ToRpcException(exception, context, record);
            if (strict || context.CancellationToken.IsCancellationRequested) throw error;
            var failed = new ModelStreamInferResponse { ErrorMessage = error.Status.Detail, InferResponse = new ModelInferResponse { Id = message.Id } };
            await responses.WriteAsync(failed, context.CancellationToken);
            return;
        }
        using (exchange.Response)
            await responses.WriteAsync(new ModelStreamInferResponse { InferResponse = exchange.ResponseMessage }, context.CancellationToken);
    }

    private static MemoryReservation? ReservationOf(HttpContext http) => (http.Request.BodyReader as GrpcMessageReader)?.Reservation;
}
