using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Tests.Pipeline;

/// <summary>Tests of the catalog and of its handlers.</summary>
public sealed class ModelCatalogTests
{
    private readonly FakePredictor _predictor = new();
    private readonly FakeService _transformer = new();

    [Fact]
    public async Task V1_rows_are_predicted_and_every_tensor_is_disposed()
    {
        var catalog = Catalog();

        var answer = await catalog.Find("doubler").V1.PredictAsync(Body("""{"instances":[1,2]}""", "doubler"), new RequestRecord(), CancellationToken.None);
        var json = Json.Written(answer.WriteTo);
        answer.Dispose();

        Assert.Equal("""{"predictions":[2,4]}""", json);
        AssertAllDisposed(_predictor);
    }

    [Fact]
    public async Task A_response_owns_the_outputs_of_the_model()
    {
        var catalog = Catalog(Service());

        var answer = await catalog.Find("service").V1.PredictAsync(Body("""{"value":3}"""), new RequestRecord(), CancellationToken.None);
        Assert.Equal("""{"value":6}""", Json.Written(answer.WriteTo));
        answer.Dispose();

        AssertAllDisposed(_predictor);
    }

    [Fact]
    public async Task Every_tensor_is_disposed_if_postprocessing_fails()
    {
        var catalog = Catalog(Service());

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await catalog.Find("service").V1.PredictAsync(Body("""{"value":300}"""), new RequestRecord(), CancellationToken.None));

        AssertAllDisposed(_predictor);
    }

    [Fact]
    public async Task Every_tensor_is_disposed_if_the_predictor_fails()
    {
        var predictor = new FakePredictor { Failure = new QueueFullException("doubler", 1, TimeSpan.FromSeconds(1)) };
        var catalog = Catalog(predictor);

        await Assert.ThrowsAsync<QueueFullException>(
            async () => await catalog.Find("doubler").V1.PredictAsync(Body("""{"instances":[1]}""", "doubler"), new RequestRecord(), CancellationToken.None));

        Assert.All(predictor.Inputs, tensor => Assert.True(tensor.Memory.IsEmpty));
    }

    [Fact]
    public async Task A_service_over_v2_has_one_response_per_element_in_order_and_the_id_of_the_request()
    {
        var catalog = Catalog(Service());
        using var request = new InferRequest
        {
            Id = "7",
            Inputs = [new InferInput("anything", Json.Strings("""{"value":1}""", """{"value":2.5}""", """ { "value": 0 } """))],
        };

        using var response = await catalog.Find("service").V2.InferAsync(catalog.Find("service"), null, request, new RequestRecord { RequestId = "request-1" }, CancellationToken.None);

        Assert.Equal(("service", "1", "7"), (response.ModelName, response.ModelVersion, response.Id));
        Assert.Equal(new Shape(3), response["output"].Shape);
        Assert.Equal(["""{"value":2}""", """{"value":5}""", """{"value":0}"""], Json.Texts(response["output"]));
        Assert.Equal(["request-1", "request-1", "request-1"], _transformer.RequestIds);
        AssertAllDisposed(_predictor);
    }

    [Fact]
    public async Task One_invalid_element_fails_the_v2_request_and_every_tensor_is_disposed()
    {
        var catalog = Catalog(Service());
        using var request = InferRequest.Of("input", Json.Strings("""{"value":1}""", """{"value":-1}"""));

        var exception = await Assert.ThrowsAsync<InvalidInputException>(
            async () => await catalog.Find("service").V2.InferAsync(catalog.Find("service"), null, request, new RequestRecord { RequestId = "id" }, CancellationToken.None));

        Assert.Equal("value should be 0 or more", exception.Message);
        AssertAllDisposed(_predictor);
    }

    [Fact]
    public async Task A_service_over_v2_requires_one_bytes_tensor()
    {
        var catalog = Catalog(Service());
        using var numbers = InferRequest.Of("n", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]));
        using var two = new InferRequest { Inputs = [new InferInput("a", Json.Strings()), new InferInput("b", Json.Strings())] };

        var wrongType = await Assert.ThrowsAsync<InvalidInputException>(() => InferAsync(catalog, numbers));
        var tooMany = await Assert.ThrowsAsync<InvalidInputException>(() => InferAsync(catalog, two));

        Assert.Equal("inference input 'n' data-type is 'FP32', but a service expects 'BYTES'", wrongType.Message);
        Assert.Equal("this service takes one BYTES input of JSON requests, got 2 inputs", tooMany.Message);
    }

    [Theory]
    [InlineData("other", 0, "unexpected inference output 'other' for model 'service'. Expected 'output'")]
    [InlineData("output", 2, "class result not available for output 'output' due to unsupported type 'BYTES'")]
    public async Task A_service_has_one_output_and_no_classification(string name, int classes, string error)
    {
        using var request = InferRequest.Of("n", Json.Strings("{}")) with { Outputs = [new RequestedOutput(name) { Classification = classes }] };

        Assert.Equal(error, (await Assert.ThrowsAsync<InvalidInputException>(() => InferAsync(Catalog(Service()), request))).Message);
    }

    [Fact]
    public async Task The_output_of_a_service_can_be_requested_once()
    {
        using var request = InferRequest.Of("n", Json.Strings("{}")) with { Outputs = [new RequestedOutput("output"), new RequestedOutput("output")] };

        Assert.Equal("output 'output' already exists in request", (await Assert.ThrowsAsync<InvalidInputException>(() => InferAsync(Catalog(Service()), request))).Message);
    }

    [Fact]
    public async Task A_service_has_one_version()
    {
        var catalog = Catalog(Service());
        using var request = InferRequest.Of("n", Json.Strings("{}"));

        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync(catalog, request, "2"));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await catalog.GetMetadataAsync("service", "2", CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await catalog.IsReadyAsync("service", "2", CancellationToken.None));
        Assert.True(await catalog.IsReadyAsync("service", "1", CancellationToken.None));
        Assert.Equal(["1"], (await catalog.GetMetadataAsync("service", "1", CancellationToken.None)).Versions);
    }

    [Fact]
    public void The_models_of_the_predictor_are_hidden_if_there_are_services()
    {
        var catalog = Catalog(Service());

        Assert.Equal(["service"], catalog.ModelNames);
        Assert.Throws<ModelNotFoundException>(() => catalog.Find("doubler"));
        Assert.Equal(["doubler"], Catalog().ModelNames);
    }

    [Fact]
    public async Task A_draining_server_is_not_ready_but_answers_requests()
    {
        var catalog = Catalog();
        Assert.True(await catalog.IsReadyAsync("doubler", null, CancellationToken.None));

        catalog.Drain();

        Assert.False(await catalog.IsReadyAsync("doubler", null, CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => catalog.IsReadyAsync("other", null, CancellationToken.None).AsTask());
        using var answer = await catalog.Find("doubler").V1.PredictAsync(Body("""{"instances":[1]}""", "doubler"), new RequestRecord(), CancellationToken.None);
        Assert.Equal("""{"predictions":[2]}""", Json.Written(answer.WriteTo));
    }

    [Fact]
    public async Task The_error_of_a_service_without_an_explainer_names_the_explainer_component()
    {
        var catalog = Catalog(Service());

        var exception = await Assert.ThrowsAsync<NotSupportedByModelException>(
            async () => await catalog.Find("service").RequireExplainer().PredictAsync(Body("{}"), new RequestRecord(), CancellationToken.None));

        Assert.Equal("Model service has no explainer in this server; ask the explainer component for :explain.", exception.Message);
    }

    private static Task<InferResponse> InferAsync(ModelCatalog catalog, InferRequest request, string? version = null)
        => catalog.Find("service").V2.InferAsync(catalog.Find("service"), version, request, new RequestRecord { RequestId = "id" }, CancellationToken.None).AsTask();

    private static PredictRequest Body(string json, string model = "service") => new(model, Json.Utf8(json), "request-1");

    private static void AssertAllDisposed(FakePredictor predictor)
    {
        Assert.NotEmpty(predictor.Inputs);
        Assert.All(predictor.Inputs, tensor => Assert.True(tensor.Memory.IsEmpty));
        Assert.All(predictor.Responses.SelectMany(response => response.Outputs), output => Assert.True(output.Tensor.Memory.IsEmpty));
    }

    private ServiceDefinition Service() => new("service", _transformer, Explainer: null, 1_000);

    private ModelCatalog Catalog(params ServiceDefinition[] services) => Catalog(_predictor, services);

    private static ModelCatalog Catalog(IPredictor predictor, params ServiceDefinition[] services) => Catalogs.Of(predictor, services);
}
