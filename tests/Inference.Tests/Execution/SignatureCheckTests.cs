using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class SignatureCheckTests
{
    private static readonly ModelMetadata Model = new(
        "m",
        ["1"],
        "",
        [new("x", Datatype.Fp32, new(-1, 2)), new("n", Datatype.Int64, new(3))],
        [new("y", Datatype.Fp32, new(-1)), new("z", Datatype.Fp32, new(-1))]);

    [Fact]
    public void Valid_inputs_are_accepted_in_any_order()
    {
        SignatureCheck.Check(Model, Request(X(1, 2), N(3)));
        SignatureCheck.Check(Model, Request(N(3), X(0, 2)));
        SignatureCheck.Check(Model, Request(N(3), X(5, 2)) with { Outputs = [new("z"), new("y")] });
    }

    [Fact]
    public void An_unknown_input_is_named()
        => Assert.Equal("unexpected inference input 'w' for model 'm'. Expected 'x', 'n'", LoadError(Request(X(1, 2), N(3), X(1, 2) with { Name = "w" })));

    [Fact]
    public void A_missing_input_is_named_with_the_actual_inputs()
    {
        Assert.Equal(
            "expected 2 inputs but got 1 inputs for model 'm'. Got input(s) ['x'], but missing required input(s) ['n'].", LoadError(Request(X(1, 2))));
        Assert.Equal(
            "expected 2 inputs but got 0 inputs for model 'm'. Got input(s) [''], but missing required input(s) ['x','n'].", LoadError(Request()));
    }

    [Fact]
    public void An_input_sent_twice_is_named() => Assert.Equal("input 'x' already exists in request", LoadError(Request(X(1, 2), X(1, 2))));

    [Fact]
    public void A_wrong_datatype_is_named_with_the_declared_datatype()
        => Assert.Equal(
            "inference input 'x' data-type is 'INT64', but model 'm' expects 'FP32'", LoadError(Request(N(3) with { Name = "x" }, N(3))));

    [Fact]
    public void A_wrong_shape_is_named_with_the_declared_shape()
    {
        Assert.Equal("unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [1,3]", LoadError(Request(X(1, 3), N(3))));
        Assert.Equal("unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [2]", LoadError(Request(X(2), N(3))));
        Assert.Equal("unexpected shape for input 'n' for model 'm'. Expected [3], got [4]", LoadError(Request(X(1, 2), N(4))));
        Assert.Equal("unexpected shape for input 'n' for model 'm'. Expected [3], got []", LoadError(Request(X(1, 2), N())));
    }

    [Fact]
    public void An_unknown_output_is_named()
        => Assert.Equal("unexpected inference output 'w' for model 'm'. Expected 'y', 'z'", LoadError(Request(X(1, 2), N(3)) with { Outputs = [new("y"), new("w")] }));

    [Fact]
    public void An_output_requested_twice_is_named()
        => Assert.Equal("output 'y' already exists in request", LoadError(Request(X(1, 2), N(3)) with { Outputs = [new("y"), new("y")] }));

    private static InferRequest Request(params InferInput[] inputs) => new() { Inputs = inputs };

    private static InferInput X(params long[] dims) => new("x", Tensor.Rent(Datatype.Fp32, new Shape(dims)));

    private static InferInput N(params long[] dims) => new("n", Tensor.Rent(Datatype.Int64, new Shape(dims)));

    private static string LoadError(InferRequest request) => Assert.Throws<InvalidInputException>(() => SignatureCheck.Check(Model, request)).Message;
}
