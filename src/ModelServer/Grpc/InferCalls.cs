using Grpc.Core;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Grpc.Messages;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.PredictionCache;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Inference, one request a call or many.</summary>
internal sealed class InferCalls(
    DataPlane.DataPlane plane, RequestTelemetry telemetry, RequestBudget budget, CallInterceptor calls, IOptions<ModelServerOptions> options)
{
    // Triton's clients ask so for a stream that ends at its first error.
    private const string StrictHeader = "triton_grpc_error";

    private readonly bool _alwaysRaw = options.Value.GrpcRawOutput == ModelServerOptions.AlwaysRaw;

    public async Task<ModelInferResponse> InferAsync(ModelInferRequest message, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var record = RequestRecord.FromContext(http);
        var response = await RunAsync(message, record, context.CancellationToken);
        // The answer is serialized from the tensors' own memory, after this method has returned and before the HTTP request is over.
        http.Response.RegisterForDispose(response);
        ServerTiming.AddHeader(http, record);
        CacheHeaders.Send(http, record);
        return Write(response, message, record);
    }

    /// <summary>One answer for each request, in their order. A refusal is an answer, and the stream goes on.</summary>
    public async Task StreamAsync(
        IAsyncStreamReader<ModelInferRequest> messages, IServerStreamWriter<ModelStreamInferResponse> answers, ServerCallContext context)
    {
        var call = RequestRecord.FromContext(context.GetHttpContext());
        var strict = context.GetHttpContext().Request.Headers[StrictHeader] == "true";
        while (await messages.MoveNext(context.CancellationToken))
        {
            // Each message is an inference of its own; the call around them is none.
            var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.Grpc);
            record.RequestId = call.RequestId;
            try
            {
                await AnswerAsync(messages.Current, record, answers, context, strict);
            }
            finally
            {
                telemetry.EndRequest(record, context.GetHttpContext());
            }
        }
    }

    private async ValueTask AnswerAsync(
        ModelInferRequest message, RequestRecord record, IServerStreamWriter<ModelStreamInferResponse> answers, ServerCallContext context, bool strict)
    {
        InferResponse response;
        try
        {
            response = await RunAsync(message, record, context.CancellationToken);
        }
        catch (Exception exception)
        {
            var refusal = calls.Refuse(exception, context, record);
            if (strict || context.CancellationToken.IsCancellationRequested) throw refusal;
            var told = new ModelStreamInferResponse { ErrorMessage = refusal.Status.Detail, InferResponse = new ModelInferResponse { Id = message.Id } };
            await answers.WriteAsync(told, context.CancellationToken);
            return;
        }
        using (response) await answers.WriteAsync(new ModelStreamInferResponse { InferResponse = Write(response, message, record) }, context.CancellationToken);
    }

    private async ValueTask<InferResponse> RunAsync(ModelInferRequest message, RequestRecord record, CancellationToken cancellationToken)
    {
        var service = plane.Find(message.ModelName);
        record.ModelName = service.ModelName;
        record.StartStage(Stage.Preprocess);
        using var request = InferRequestMessage.Read(message);
        // The message itself is held to --grpc_max_receive_message_length; a service may take less.
        var bytes = request.CountBytes();
        if (bytes > service.MaxBodyBytes) throw new PayloadTooLargeException(service.MaxBodyBytes);
        budget.Enter(bytes);
        try
        {
            var version = message.ModelVersion.Length > 0 ? message.ModelVersion : null;
            return await plane.InferAsync(service, version, request, record, cancellationToken);
        }
        finally
        {
            budget.Leave(bytes);
        }
    }

    private ModelInferResponse Write(InferResponse response, ModelInferRequest message, RequestRecord record)
        => InferResponseMessage.Write(response, response.Id ?? record.RequestId, raw: _alwaysRaw || !InferResponseMessage.IsTyped(message));
}
