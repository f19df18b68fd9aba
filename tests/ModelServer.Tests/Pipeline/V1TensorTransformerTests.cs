using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Tests.Memory;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Pipeline;

public sealed class V1TensorTransformerTests
{
    [Fact]
    public async Task Rows_without_an_instance_are_an_error()
    {
        var transformation = await TransformAsync("""{"instances":[]}""");

        var exception = Assert.Throws<InvalidInputException>(() => transformation.Postprocess(Response(1)));
        Assert.Equal("instances: the list is empty, but output 'y' of model 'doubler' has shape [1]. Send at least one instance", exception.Message);
    }

    [Theory]
    [InlineData("""{"instances":[]}""", 0)]
    [InlineData("""{"instances":[1]}""", 1)]
    // A graph may reduce its rows.
    [InlineData("""{"instances":[1,2]}""", 1)]
    [InlineData("""{"inputs":[]}""", 1)]
    public async Task Other_responses_are_returned(string body, int rows)
    {
        using var response = (await TransformAsync(body)).Postprocess(Response(rows));

        Assert.NotNull(response);
    }

    private static async Task<ITransformation> TransformAsync(string body)
    {
        var predictor = new FakePredictor();
        var request = new PredictRequest("doubler", Encoding.UTF8.GetBytes(body), "42");
        var transformation = new V1TensorTransformer(predictor, Options.Create(new ModelServerOptions()), Memories.Of()).Read(request);
        using var inputs = await transformation.PreprocessAsync(CancellationToken.None);
        return transformation;
    }

    private static InferResponse Response(int rows)
        => new() { ModelName = "doubler", ModelVersion = "1", Outputs = [new InferOutput("y", Tensor.Of<float>(Datatype.Fp32, new Shape(rows), new float[rows]))] };
}
