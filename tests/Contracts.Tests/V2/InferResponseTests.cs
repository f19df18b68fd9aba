using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Tests.V2;

public sealed class InferResponseTests
{
    [Fact]
    public void An_output_is_found_by_its_name()
    {
        using var response = Answer();

        Assert.Equal([2L], response["b"].Values<long>().ToArray());
    }

    [Fact]
    public void The_error_for_an_unknown_output_names_output_and_model()
    {
        using var response = Answer();

        var exception = Assert.Throws<InvalidOperationException>(() => response["c"]);

        Assert.Equal("Model 'm' answered without an output 'c'.", exception.Message);
    }

    [Fact]
    public void Disposing_a_response_disposes_every_tensor()
    {
        var response = Answer();

        response.Dispose();

        Assert.All(response.Outputs, output => Assert.True(output.Tensor.Memory.IsEmpty));
    }

    [Fact]
    public void Disposing_a_request_disposes_every_tensor()
    {
        var request = InferRequest.Of("x", Tensor.Of<long>(Datatype.Int64, new Shape(1), [1]));

        request.Dispose();

        Assert.All(request.Inputs, input => Assert.True(input.Tensor.Memory.IsEmpty));
    }

    private static InferResponse Answer() => new()
    {
        ModelName = "m",
        Outputs =
        [
            new InferOutput("a", Tensor.Of<long>(Datatype.Int64, new Shape(1), [1])),
            new InferOutput("b", Tensor.Of<long>(Datatype.Int64, new Shape(1), [2])),
        ],
    };
}
