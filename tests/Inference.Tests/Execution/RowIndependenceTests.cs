using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class RowIndependenceTests
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
    public void A_batch_is_taken_for_one(string model) => Assert.Null(Refute(model));

    [Theory]
    [InlineData("centred", "a row of output 'y' depends on the other rows")]
    [InlineData("fixed", "the first axis of 'x' [2,3] is not free")]
    [InlineData("scalar", "the first axis of 'x' [] is not free")]
    public void What_looks_like_a_batch_and_is_none_is_found_out(string model, string reason) => Assert.Equal(reason, Refute(model));

    [Fact]
    public void An_output_with_its_own_first_axis_refutes_it()
        => Assert.Equal(
            "the first axis of 'y' [1,3] is not free",
            RowIndependence.Refute([new TensorMetadata("x", Datatype.Fp32, new Shape(-1, 4))], [new TensorMetadata("y", Datatype.Fp32, new Shape(1, 3))]));

    private static string? Refute(string model)
    {
        using var session = new ModelSession(Path.Combine(TestModels.PathOf(model), "model.onnx"), 1);
        return RowIndependence.Refute(session.Inputs, session.Outputs) ?? RowIndependence.Refute(session);
    }
}
