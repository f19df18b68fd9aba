using Grpc.Core;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Grpc.Messages;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Inference, one request a call or many.</summary>
internal sealed class InferCalls(DataPlane.DataPlane plane, CallInterceptor calls, IOptions<ModelServerOptions> options)
{
    // Triton's clients ask so for a stream that ends at its first error.
    private const string StrictHeader = "triton_grpc_error";

    private readonly bool _alwaysRaw = options.Value.GrpcRawOutput == ModelServerOptions.AlwaysRaw;

    public async Task<ModelInferResponse> InferAsync(ModelInferRequest message, ServerCallContext context)
    {
        var response = await RunAsync(message, context);
        // The answer is serialized from the tensors' own memory, after this method has returned and before the HTTP request is over.
        context.GetHttpContext().Response.RegisterForDispose(response);
        return Write(response, message, context);
    }

    /// <summary>One answer for each request, in their order. A refusal is an answer, and the stream goes on.</summary>
    public async Task StreamAsync(
        IAsyncStreamReader<ModelInferRequest> messages, IServerStreamWriter<ModelStreamInferResponse> answers, ServerCallContext context)
    {
        var strict = context.GetHttpContext().Request.Headers[StrictHeader] == "true";
        while (await messages.MoveNext(context.CancellationToken))
        {
            var message = messages.Current;
            InferResponse response;
            try
            {
                response = await RunAsync(message, context);
            }
            catch (Exception exception) when (!strict && !context.CancellationToken.IsCancellationRequested)
            {
                var refusal = new ModelStreamInferResponse
                {
                    ErrorMessage = calls.Refuse(exception, context).Status.Detail,
                    InferResponse = new ModelInferResponse { Id = message.Id },
                };
                await answers.WriteAsync(refusal, context.CancellationToken);
                continue;
            }
            using (response) await answers.WriteAsync(new ModelStreamInferResponse { InferResponse = Write(response, message, context) }, context.CancellationToken);
        }
    }

    private async ValueTask<InferResponse> RunAsync(ModelInferRequest message, ServerCallContext context)
    {
        var service = plane.Find(message.ModelName);
        using var request = InferRequestMessage.Read(message);
        RefuseTooLarge(request, service);
        var version = message.ModelVersion.Length > 0 ? message.ModelVersion : null;
        return await plane.InferAsync(service, version, request, RequestId.Get(context.GetHttpContext()), context.CancellationToken);
    }

    // The message itself is held to --grpc_max_receive_message_length; a service may take less.
    private static void RefuseTooLarge(InferRequest request, InferenceService service)
    {
        long bytes = 0;
        for (var i = 0; i < request.Inputs.Count; i++) bytes += request.Inputs[i].Tensor.Bytes.Length;
        if (bytes > service.MaxBodyBytes) throw new PayloadTooLargeException(service.MaxBodyBytes);
    }

    private ModelInferResponse Write(InferResponse response, ModelInferRequest message, ServerCallContext context)
        => InferResponseMessage.Write(
            response, response.Id ?? RequestId.Get(context.GetHttpContext()), raw: _alwaysRaw || !InferResponseMessage.IsTyped(message));
}
