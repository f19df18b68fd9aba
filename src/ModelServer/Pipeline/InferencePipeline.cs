using System.Runtime.CompilerServices;
using InferenceServices.Codecs;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>
/// The path of an inference request, the same for every protocol and topology:
/// <code>
///  1. Find         the model or service                          404
///  2. Read         the body                                      400, 413, 429
///  3. Preprocess   body → tensors                                400, 422, 502, 503, 504
///  4. Predict      tensors → tensors, in process or remote       400, 429, 500, 502, 503, 504
///  5. Postprocess  tensors → response
///  6. Write        the response
/// </code>
/// Steps 3 to 5 depend on what the model is, and are one handler: <see cref="ServiceHandler"/>, <see cref="CachedServiceHandler"/> and
/// <see cref="ExplainHandler"/> for a V1 body, <see cref="TensorHandler"/> and <see cref="ServiceV2Adapter"/> for V2 tensors.
/// </summary>
/// <remarks>
/// Ownership: the exchange owns the bytes of the request until it is disposed; the pipeline owns the parsed request; the exchange owns the response
/// from <c>WriteAsync</c> on.
/// </remarks>
internal sealed class InferencePipeline(ModelCatalog models, IOptions<ModelServerOptions> options)
{
    private readonly TimeSpan _timeout = options.Value.RequestTimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;

    /// <summary>Answers a V1 <c>:predict</c> request.</summary>
    /// <exception cref="RequestTimeoutException">The deadline passed: 504.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PredictAsync(V1Exchange exchange, CancellationToken cancellationToken)
    {
        // 1. Find
        var model = models.Find(exchange.ModelName);
        exchange.Record.ModelName = model.Name;

        // 2. Read
        var request = await exchange.ReadAsync(model, cancellationToken);

        // 3. Preprocess, 4. Predict, 5. Postprocess
        using var deadline = Deadline.Start(_timeout, cancellationToken);
        var response = await HandleAsync(model.V1, model.Name, request, exchange.Record, deadline);

        // 6. Write
        await exchange.WriteAsync(response);
    }

    /// <summary>Answers a V1 <c>:explain</c> request. The explainer runs the steps of <see cref="PredictAsync"/> itself, many times.</summary>
    /// <exception cref="NotSupportedByModelException">The server has no explainer for the model: 501.</exception>
    /// <exception cref="RequestTimeoutException">The deadline passed: 504.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ExplainAsync(V1Exchange exchange, CancellationToken cancellationToken)
    {
        // 1. Find
        var model = models.Find(exchange.ModelName);
        exchange.Record.ModelName = model.Name;

        // 2. Read
        var request = await exchange.ReadAsync(model, cancellationToken);

        // 3. to 5. Explain
        using var deadline = Deadline.Start(_timeout, cancellationToken);
        var response = await HandleAsync(model.RequireExplainer(), model.PredictorModel + ModelCatalog.ExplainerSuffix, request, exchange.Record, deadline);

        // 6. Write
        await exchange.WriteAsync(response);
    }

    /// <summary>Answers a V2 inference request, over REST or gRPC.</summary>
    /// <exception cref="RequestTimeoutException">The deadline passed: 504.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask InferAsync<TExchange>(TExchange exchange, CancellationToken cancellationToken)
        where TExchange : IV2Exchange
    {
        // 1. Find
        var model = models.Find(exchange.ModelName);
        exchange.Record.ModelName = model.Name;

        // 2. Read
        using var request = await exchange.ReadAsync(model, cancellationToken);
        var reportTimes = ServerTiming.IsRequested(request);

        // 3. Preprocess, 4. Predict, 5. Postprocess
        using var deadline = Deadline.Start(Deadline.Of(request, _timeout), cancellationToken);
        var response = await deadline.EnforceAsync(model.V2.InferAsync(model, exchange.ModelVersion, request, exchange.Record, deadline.Token));
        if (reportTimes) response = ServerTiming.AddParameters(response, exchange.Record);

        // 6. Write
        await exchange.WriteAsync(request, response);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<PredictResponse> HandleAsync(IV1Handler handler, string nameInV2, PredictRequest request, RequestRecord record, Deadline deadline)
    {
        try
        {
            return await deadline.EnforceAsync(handler.PredictAsync(request, record, deadline.Token));
        }
        catch (InvalidInputException exception) when (BodyProtocol.IsV2(request.Body.Span))
        {
            throw new InvalidInputException($"the body is a V2 request: post it to /v2/models/{nameInV2}/infer", exception);
        }
    }
}
