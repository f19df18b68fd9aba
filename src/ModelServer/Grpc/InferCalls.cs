using Grpc.Core;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Hosting;
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

    // A message has at most 2 GiB.
    private readonly long _limit = options.Value.GrpcMaxSendMessageLength is > 0 and var length ? length : int.MaxValue;
    private readonly bool _alwaysRaw = options.Value.GrpcRawOutput == ModelServerOptions.AlwaysRaw;

    public async Task<InferResponseMessage> InferAsync(InferPayload payload, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var messages = MessagesOf(http);
        using var message = messages.ReadRequest(payload);
        var exchange = new GrpcExchange(message, RequestRecord.FromContext(http), messages.Reservation!, _alwaysRaw);
        await pipeline.InferAsync(exchange, context.CancellationToken);
        // Writing the message disposes it, unless the call ends before.
        http.Response.RegisterForDispose(exchange.Response!);
        CheckSize(exchange.Response!);
        ServerTiming.AddHeader(http, exchange.Record);
        CacheHeaders.Send(http, exchange.Record);
        return exchange.Response!;
    }

    /// <summary>Sends one response per request, in order. An error is a response too, and the stream continues.</summary>
    public async Task StreamAsync(
        IAsyncStreamReader<InferPayload> payloads, IServerStreamWriter<StreamResponseMessage> responses, ServerCallContext context)
    {
        var call = RequestRecord.FromContext(context.GetHttpContext());
        var strict = context.GetHttpContext().Request.Headers[StrictHeader] == "true";
        var messages = MessagesOf(context.GetHttpContext());
        while (await payloads.MoveNext(context.CancellationToken))
        {
            // Telemetry counts each message as a request; the call itself is not an inference.
            var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.Grpc);
            record.RequestId = call.RequestId;
            try
            {
                await RespondAsync(payloads.Current, messages, record, responses, context, strict);
            }
            finally
            {
                telemetry.EndRequest(record, context.GetHttpContext());
            }
        }
    }

    private async ValueTask RespondAsync(
        InferPayload payload, GrpcMessageReader messages, RequestRecord record, IServerStreamWriter<StreamResponseMessage> responses, ServerCallContext context, bool strict)
    {
        var id = "";
        StreamResponseMessage? answer = null;
        try
        {
            using var message = messages.ReadRequest(payload);
            id = message.Id;
            var exchange = new GrpcExchange(message, record, messages.Reservation!, _alwaysRaw);
            await pipeline.InferAsync(exchange, context.CancellationToken);
            answer = new StreamResponseMessage(exchange.Response!);
            CheckSize(answer);
        }
        catch (Exception exception)
        {
            answer?.Dispose();
            var error = calls.ToRpcException(exception, context, record);
            if (strict || context.CancellationToken.IsCancellationRequested) throw error;
            answer = ToMessage(id, error);
        }
        using (answer) await responses.WriteAsync(answer, context.CancellationToken);
    }

    private StreamResponseMessage ToMessage(string id, RpcException error)
    {
        var message = new StreamResponseMessage(new InferResponseMessage(id), error.Status.Detail);
        // The client chooses the length of the id.
        return message.Size <= _limit ? message : new StreamResponseMessage(new InferResponseMessage(""), error.Status.Detail);
    }

    // Before the library starts the response, which it would then end, with the stream.
    private void CheckSize(IWireMessage response)
    {
        if (response.Size > _limit)
            throw PayloadTooLargeException.ForResponse(response.Size, _limit, _limit < int.MaxValue ? "--grpc_max_send_message_length" : "a message");
    }

    private static GrpcMessageReader MessagesOf(HttpContext http) => (GrpcMessageReader)http.Request.BodyReader;
}
