using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class BatchingProbeTests
{
    [Theory]
    [InlineData("iris-mlp")]
    [InlineData("tree-ensemble")]
    [InlineData("tree-regressor")]
    [InlineData("string-input")]
    [InlineData("mixed")]
    [InlineData("free")]
    [InlineData("datatypes")]
    [InlineData("embedding")]
    [InlineData("image-mean")]
    [InlineData("versioned/1")]
    public void A_model_with_independent_rows_is_batched(string model) => Assert.Null(FindObstacle(model));

    [Theory]
    [InlineData("centred", "a row of output 'y' depends on the other rows")]
    [InlineData("fixed", "the first axis of 'x' [2,3] is not dynamic")]
    [InlineData("scalar", "the first axis of 'x' [] is not dynamic")]
    public void A_model_with_dependent_rows_is_detected(string model, string reason) => Assert.Equal(reason, FindObstacle(model));

    [Fact]
    public void An_output_with_a_fixed_first_axis_prevents_batching()
        => Assert.Equal(
            "the first axis of 'y' [1,3] is not dynamic",
            BatchingProbe.FindObstacle([new TensorMetadata("x", Datatype.Fp32, new Shape(-1, 4))], [new TensorMetadata("y", Datatype.Fp32, new Shape(1, 3))]));

    private static string? FindObstacle(string model)
    {
        using var session = new ModelSession(ModelGraph.Unchanged(Path.Combine(TestModels.PathOf(model), "model.onnx")), 1);
        return BatchingProbe.FindObstacle(session.Inputs, session.Outputs) ?? BatchingProbe.FindObstacle(session, out _);
    }
}
