using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class RawRequestTests
{
    [Theory]
    [InlineData(new long[] { -1, 2 }, 24, "[3,2]")]
    [InlineData(new long[] { 2, -1 }, 24, "[2,3]")]
    [InlineData(new long[] { 2, 3 }, 24, "[2,3]")]
    [InlineData(new long[] { -1 }, 0, "[0]")]
    public void The_dynamic_axis_is_inferred_from_the_length(long[] declared, int length, string shape)
    {
        using var request = RawRequest.Read(Model(Datatype.Fp32, declared), new byte[length]);

        Assert.Equal(shape, Assert.Single(request.Inputs).Tensor.Shape.ToString());
        Assert.True(request.BinaryDataOutput);
    }

    [Fact]
    public void A_body_for_a_BYTES_input_is_one_element()
    {
        using var request = RawRequest.Read(Model(Datatype.Bytes, -1, 1), "{}"u8);

        Assert.Equal("[1,1]", request.Inputs[0].Tensor.Shape.ToString());
        Assert.Equal(["{}"], Json.Texts(request.Inputs[0].Tensor));
    }

    [Theory]
    [InlineData(Datatype.Fp32, new long[] { -1, 2 }, 25, "input byte size mismatch for input 'x' for model 'm'. Expected 24, got 25")]
    [InlineData(Datatype.Fp32, new long[] { 2, 2 }, 24, "input byte size mismatch for input 'x' for model 'm'. Expected 16, got 24")]
    [InlineData(Datatype.Fp32, new long[] { -1, 0 }, 4, "input byte size mismatch for input 'x' for model 'm'. Expected 0, got 4")]
    [InlineData(Datatype.Fp32, new long[] { -1, -1 }, 4, "a raw binary request cannot tell the shape of input 'x' of model 'm': [-1,-1] has more than one free axis")]
    [InlineData(Datatype.Bytes, new long[] { 2 }, 4, "a raw binary request is one BYTES element, but input 'x' of model 'm' has shape [2]")]
    public void Ambiguous_bytes_are_rejected(Datatype datatype, long[] declared, int length, string error)
        => Assert.Equal(error, Assert.Throws<InvalidInputException>(() => RawRequest.Read(Model(datatype, declared), new byte[length])).Message);

    [Fact]
    public void A_model_of_two_inputs_does_not_accept_a_raw_body()
        => Assert.Equal(
            "a raw binary request needs a model with one input, but model 'm' has 2",
            Assert.Throws<InvalidInputException>(() => RawRequest.Read(Json.Model(Input(Datatype.Fp32, -1), Input(Datatype.Fp32, -1)), [1])).Message);

    private static ModelMetadata Model(Datatype datatype, params long[] dims) => Json.Model(Input(datatype, dims));

    private static TensorMetadata Input(Datatype datatype, params long[] dims) => new("x", datatype, new Shape(dims));
}
