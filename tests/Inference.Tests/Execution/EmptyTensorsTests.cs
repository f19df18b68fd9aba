using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class EmptyTensorsTests
{
    private static readonly TensorMetadata[] Inputs = [new("x", Datatype.Fp32, new(-1, -1, 4)), new("none", Datatype.Fp32, new(-1, 0))];

    private static readonly TensorMetadata[] Outputs = [new("y", Datatype.Fp32, new(-1, 3)), new("text", Datatype.Bytes, new(-1, -1))];

    [Fact]
    public void A_graph_of_safe_operators_runs() => Assert.Null(EmptyTensors.Of(Inputs, Outputs, ["Identity", "Relu"], hasBatchAxis: true).Answer("m", Request([0, 0, 4], [0, 0])));

    [Fact]
    public void An_empty_axis_that_the_model_declares_is_permitted() => Assert.Null(Unsafe().Answer("m", Request([1, 1, 4], [1, 0])));

    [Fact]
    public void Zero_rows_are_answered_with_the_declared_shapes()
    {
        var inputs = new[] { Inputs[0] };
        var rule = EmptyTensors.Of(inputs, Outputs, ["GRU"], hasBatchAxis: true);

        var outputs = rule.Answer("m", Request([0, 2, 4]));
        var requested = rule.Answer("m", Request([0, 2, 4]) with { Outputs = [new("text")] });

        Assert.Equal(["y [0,3] Fp32", "text [0,0] Bytes"], outputs!.Select(output => $"{output.Name} {output.Tensor.Shape} {output.Tensor.Datatype}"));
        Assert.All(outputs!, output => Assert.True(output.Tensor.Bytes.IsEmpty));
        Assert.Equal(["text"], requested!.Select(output => output.Name));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    public void Another_empty_axis_is_an_error(long rows, long time)
    {
        var error = Assert.Throws<InvalidInputException>(() => Unsafe().Answer("m", Request([rows, time, 4]))).Message;

        Assert.Equal(
            $"input 'x' of model 'm' has shape [{rows},{time},4]: axis {(rows == 0 ? 0 : 1)} is empty, "
            + "and the graph has operators that may fail on empty tensors (GRU). Send at least one element along this axis",
            error);
    }

    [Fact]
    public void Inputs_of_different_numbers_of_rows_are_an_error()
    {
        TensorMetadata[] inputs = [Inputs[0], new("z", Datatype.Fp32, new(-1))];
        using var request = new InferRequest { Inputs = [Input("x", 0, 2, 4), Input("z", 1)] };

        Assert.Throws<InvalidInputException>(() => EmptyTensors.Of(inputs, Outputs, ["GRU"], hasBatchAxis: true).Answer("m", request));
    }

    [Fact]
    public void Zero_rows_are_an_error_without_a_batch_axis()
    {
        var rule = EmptyTensors.Of([Inputs[0]], Outputs, ["GRU"], hasBatchAxis: true);
        Assert.NotNull(rule.Answer("m", Request([0, 2, 4])));

        rule.DisableBatchAxis();

        Assert.Throws<InvalidInputException>(() => rule.Answer("m", Request([0, 2, 4])));
    }

    [Fact]
    public void Unknown_operators_are_not_safe()
        => Assert.Contains(
            "(operators of ORT format)",
            Assert.Throws<InvalidInputException>(() => EmptyTensors.Of(Inputs, Outputs, null, hasBatchAxis: false).Answer("m", Request([0, 2, 4]))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_input_of_unknown_rank_is_checked()
        => Assert.Throws<InvalidInputException>(() => EmptyTensors.Of([new("x", Datatype.Fp32, new())], Outputs, ["GRU"], hasBatchAxis: false).Answer("m", Request([2, 0])));

    [Theory]
    [InlineData("GRU")]
    [InlineData("LSTM")]
    [InlineData("Conv")]
    [InlineData("ConvTranspose")]
    [InlineData("InstanceNormalization")]
    [InlineData("LayerNormalization")]
    [InlineData("com.microsoft.FusedConv")]
    [InlineData("custom.Identity")]
    public void Operators_that_fail_or_are_unknown_are_not_listed(string name) => Assert.False(EmptyTensorOperators.Contains(name));

    private static EmptyTensors Unsafe() => EmptyTensors.Of(Inputs, Outputs, ["GRU", "Identity"], hasBatchAxis: true);

    private static InferRequest Request(long[] x, long[]? none = null)
        => new() { Inputs = none is null ? [Input("x", x)] : [Input("x", x), Input("none", none)] };

    private static InferInput Input(string name, params long[] shape)
    {
        var tensor = Tensor.Rent(Datatype.Fp32, new Shape(shape));
        tensor.Memory.Span.Clear();
        return new InferInput(name, tensor);
    }
}
