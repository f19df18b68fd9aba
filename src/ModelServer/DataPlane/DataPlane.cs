using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.DataPlane;

/// <summary>
/// What happens to a request between the wire and the model, the same for every protocol and topology:
/// <code>
///  1. find        the model or service                     404
///  2. read        the body, by the endpoint                400, 413
///  3. preprocess  body → tensors                           400, 422, 502, 504
///  4. predict     tensors → tensors, here or elsewhere     400, 429, 500, 502, 503, 504
///  5. postprocess tensors → answer
/// </code>
/// </summary>
internal sealed class DataPlane
{
    private readonly IPredictor _predictor;
    private readonly Dictionary<string, InferenceService> _services;
    private readonly InstancesTransformer _instances;
    private readonly PredictionCache.PredictionCache? _cache;
    private readonly long _maxBodyBytes;
    private readonly TimeSpan _timeout;
    private volatile bool _isDraining;

    public DataPlane(
        IPredictor predictor, IEnumerable<InferenceService> services, InstancesTransformer instances, IOptions<ModelServerOptions> options, PredictionCache.PredictionCache? cache = null)
    {
        _cache = cache;
        _predictor = predictor;
        _services = services.ToDictionary(service => service.ModelName, StringComparer.Ordinal);
        foreach (var explained in _services.Values.Where(service => service.Explainer is not null).ToArray()) _services.Add(explained.ModelName + InferenceService.ExplainerSuffix, explained.AsExplainer());
        _instances = instances;
        _maxBodyBytes = options.Value.RequestPayloadLimit;
        _timeout = options.Value.RequestTimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
    }

    /// <summary>What can be asked for: the services, or where there are none, the predictor's models.</summary>
    public IReadOnlyCollection<string> ModelNames => _services.Count > 0 ? _services.Keys : _predictor.ModelNames;

    /// <summary>Step 1. A model without a service of its own is served by its tensors.</summary>
    /// <exception cref="ModelNotFoundException">404.</exception>
    public InferenceService Find(string modelName)
    {
        if (_services.TryGetValue(modelName, out var service)) return service;
        if (_services.Count > 0 || !_predictor.ModelNames.Contains(modelName)) throw new ModelNotFoundException(modelName);
        return new InferenceService(modelName, _instances, Explainer: null, _maxBodyBytes);
    }

    /// <summary>Whether the server is about to stop.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>From now on nothing is ready, so that nobody sends more; what is sent nevertheless is answered.</summary>
    public void Drain() => _isDraining = true;

    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        var service = Find(modelName);
        if (IsService(service))
        {
            ServiceTensors.CheckVersion(modelName, modelVersion);
            // Which versions its predictor has is not the service's to say.
            modelVersion = null;
        }
        return !_isDraining && await _predictor.IsReadyAsync(service.PredictorName, modelVersion, cancellationToken);
    }

    /// <summary>A service shows what it takes on V2, a model what its file declares.</summary>
    public async ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        if (IsService(Find(modelName)))
        {
            ServiceTensors.CheckVersion(modelName, modelVersion);
            return ServiceTensors.Describe(modelName);
        }
        return await _predictor.GetMetadataAsync(modelName, modelVersion, cancellationToken);
    }

    /// <summary>Steps 3 to 5 for a V1 body.</summary>
    /// <returns>The endpoint writes and disposes it.</returns>
    /// <exception cref="RequestTimeoutException">504.</exception>
    public ValueTask<PredictResponse> PredictAsync(InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
        => Deadline.RunAsync(
            _timeout, (this, service, request, record), static (it, token) => it.Item1.RunAsync(it.service, it.request, it.record, token), cancellationToken);

    /// <summary>Explains a V1 body.</summary>
    /// <exception cref="NotSupportedByModelException">This server has no explainer for the model: 501.</exception>
    /// <exception cref="RequestTimeoutException">504.</exception>
    public ValueTask<PredictResponse> ExplainAsync(InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        if (service.Explainer is not { } explainer)
            throw new NotSupportedByModelException($"Model {service.ModelName} has no explainer in this server; ask the explainer component for :explain.");
        return Deadline.RunAsync(
            _timeout, (explainer, request, record), static (it, token) => ExplainAsync(it.explainer, it.request, it.record, token), cancellationToken);
    }

    /// <summary>Steps 3 to 5 for V2: straight to the predictor, or one run of the service per element of its input.</summary>
    /// <returns>The endpoint writes and disposes it.</returns>
    /// <exception cref="InvalidInputException">A parameter of ours is of the wrong kind: 400.</exception>
    /// <exception cref="RequestTimeoutException">504.</exception>
    public ValueTask<InferResponse> InferAsync(
        InferenceService service, string? modelVersion, InferRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        var tellsTimes = ServerTiming.IsRequested(request);
        var answer = Deadline.RunAsync(
            Deadline.Of(request, _timeout),
            (this, service, modelVersion, request, record),
            static (it, token) => it.Item1.RunAsync(it.service, it.modelVersion, it.request, it.record, token),
            cancellationToken);
        return tellsTimes ? AddTimesAsync(answer, record) : answer;
    }

    private static async ValueTask<InferResponse> AddTimesAsync(ValueTask<InferResponse> answer, RequestRecord record) => ServerTiming.AddParameters(await answer, record);

    private static async ValueTask<PredictResponse> ExplainAsync(
        IExplainer explainer, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Explain);
        var answer = await explainer.ExplainAsync(request, cancellationToken);
        record.EndStage();
        return answer;
    }

    private ValueTask<PredictResponse> RunAsync(InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
        => service is { Explained: not null, Explainer: { } explainer } ? ExplainAsync(explainer, request, record, cancellationToken)
            : _cache is not null && service.Transformer is ICacheableTransformer cacheable
            ? RunCachedAsync(_cache, cacheable, service, request, record, cancellationToken)
            : RunUncachedAsync(service, request, record, cancellationToken);

    private ValueTask<PredictResponse> RunCachedAsync(
        PredictionCache.PredictionCache cache, ICacheableTransformer transformer, InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Preprocess);
        var key = transformer.KeyOf(request);
        record.EndStage();
        return key is { } lasting
            ? cache.GetOrMakeAsync(lasting, request, record, (part, told, token) => RunUncachedAsync(service, part, told, token), cancellationToken)
            : RunUncachedAsync(service, request, record, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PredictResponse> RunUncachedAsync(
        InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        // 3. Preprocess
        record.StartStage(Stage.Preprocess);
        using var tensors = await service.Transformer.PreprocessAsync(request, cancellationToken);

        // 4. Predict
        record.StartStage(Stage.Predict);
        var named = tensors.Id is null ? tensors with { Id = request.RequestId } : tensors;
        var response = await _predictor.InferAsync(service.ModelName, modelVersion: null, named, cancellationToken);

        // 5. Postprocess
        record.AddQueueTime(response.QueueTime);
        record.StartStage(Stage.Postprocess);
        try
        {
            return service.Transformer.Postprocess(request, response);
        }
        finally
        {
            record.EndStage();
            // A service's answer is its own record; only the built-in answer writes straight from the tensors and keeps them.
            if (IsService(service)) response.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<InferResponse> RunAsync(
        InferenceService service, string? modelVersion, InferRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        if (!IsService(service))
        {
            record.StartStage(Stage.Predict);
            var tensors = await _predictor.InferAsync(service.ModelName, modelVersion, request, cancellationToken);
            record.AddQueueTime(tensors.QueueTime);
            record.StartStage(Stage.Postprocess);
            var answer = AsksForClasses(request) ? await ClassifyAsync(service, modelVersion, request, tensors, cancellationToken) : tensors;
            record.EndStage();
            return answer;
        }
        ServiceTensors.CheckVersion(service.ModelName, modelVersion);
        ServiceTensors.CheckOutputs(request, service.ModelName);
        var input = ServiceTensors.SoleInput(request);
        using var answers = new TensorBuilder(Datatype.Bytes, 64);
        var bodies = input.Memory;
        while (bodies.Length > 0)
        {
            var length = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(bodies.Span);
            var body = new PredictRequest(service.PredictorName, bodies[sizeof(int)..length], record.RequestId);
            using var answer = await RunAsync(service, body, record, cancellationToken);
            ServiceTensors.Append(answers, answer);
            bodies = bodies[length..];
        }
        return new InferResponse
        {
            ModelName = service.ModelName,
            ModelVersion = ServiceTensors.Version,
            Id = request.Id,
            Outputs = [new InferOutput(ServiceTensors.Output, answers.Build(input.Shape))],
        };
    }

    private static bool AsksForClasses(InferRequest request)
    {
        if (request.Outputs is { } outputs)
        {
            for (var i = 0; i < outputs.Count; i++)
                if (outputs[i].Classification > 0) return true;
        }
        return false;
    }

    private async ValueTask<InferResponse> ClassifyAsync(
        InferenceService service, string? modelVersion, InferRequest request, InferResponse response, CancellationToken cancellationToken)
    {
        try
        {
            var model = await _predictor.GetMetadataAsync(service.ModelName, modelVersion, cancellationToken);
            return Classification.Apply(request, response, model);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private bool IsService(InferenceService service) => service.Explained is not null || service.Transformer != _instances;
}
