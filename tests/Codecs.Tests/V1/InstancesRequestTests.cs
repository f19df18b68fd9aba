using System.Text;
using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V1;

public sealed class InstancesRequestTests
{
    [Fact]
    public void One_input_is_written_as_rows() => Assert.Equal("""{"instances":[[1,2],[3,4]]}""", Written(new InferInput("x", Floats(new Shape(2, 2), 1, 2, 3, 4))));

    [Fact]
    public void Several_inputs_are_written_as_objects_per_row()
        => Assert.Equal(
            """{"instances":[{"x":[1,2],"n":[5]},{"x":[3,4],"n":[6]}]}""",
            Written(new InferInput("x", Floats(new Shape(2, 2), 1, 2, 3, 4)), new InferInput("n", Tensor.Of<long>(Datatype.Int64, new Shape(2, 1), [5, 6]))));

    [Fact]
    public void Inputs_with_different_row_counts_are_written_as_columns()
        => Assert.Equal(
            """{"inputs":{"x":[[1,2]],"n":[5,6],"s":7}}""",
            Written(new InferInput("x", Floats(new Shape(1, 2), 1, 2)), new InferInput("n", Floats(new Shape(2), 5, 6)), new InferInput("s", Floats(new Shape(), 7))));

    [Fact]
    public void A_scalar_is_written_as_a_column() => Assert.Equal("""{"inputs":{"x":7}}""", Written(new InferInput("x", Floats(new Shape(), 7))));

    [Fact]
    public void Zero_rows_are_an_empty_list() => Assert.Equal("""{"instances":[]}""", Written(new InferInput("x", Floats(new Shape(0, 3)))));

    [Fact]
    public void Elements_that_are_not_UTF8_are_base64_and_NaN_is_null()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        builder.AppendBytes([0xFF]);

        Assert.Equal(
            """{"instances":[{"s":{"b64":"/w=="},"x":null}]}""",
            Written(new InferInput("s", builder.Build(new Shape(1))), new InferInput("x", Floats(new Shape(1), float.NaN))));
    }

    [Fact]
    public void Half_precision_is_written_as_numbers()
        => Assert.Equal("""{"instances":[0.099975586]}""", Written(new InferInput("x", Tensor.Of<Half>(Datatype.Fp16, new Shape(1), [(Half)0.1]))));

    private static string Written(params InferInput[] inputs)
    {
        using var request = new InferRequest { Inputs = inputs };
        return Encoding.UTF8.GetString(JsonBuffer.Write(request, InstancesRequest.Write));
    }

    private static Tensor Floats(Shape shape, params float[] values) => Tensor.Of<float>(Datatype.Fp32, shape, values);
}
