using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V1;

public sealed class InstancesResponseTests
{
    [Fact]
    public void One_output_is_written_as_rows()
        => Assert.Equal("""{"predictions":[[1,2],[3,4]]}""", Written(columns: false, Floats("y", new Shape(2, 2), 1, 2, 3, 4)));

    [Fact]
    public void One_output_in_column_format_is_the_tensor()
        => Assert.Equal("""{"outputs":[[1,2],[3,4]]}""", Written(columns: true, Floats("y", new Shape(2, 2), 1, 2, 3, 4)));

    [Fact]
    public void One_scalar_is_written_without_a_list() => Assert.Equal("""{"predictions":3.5}""", Written(columns: false, Floats("y", new Shape(), 3.5f)));

    [Fact]
    public void Zero_rows_are_an_empty_list() => Assert.Equal("""{"predictions":[]}""", Written(columns: false, Floats("y", new Shape(0, 3))));

    [Fact]
    public void Several_outputs_are_written_as_objects_per_row()
        => Assert.Equal(
            """{"predictions":[{"label":"a","p":[1,2]},{"label":"","p":[3,4]}]}""",
            Written(columns: false, new InferOutput("label", Json.Strings("a", "")), Floats("p", new Shape(2, 2), 1, 2, 3, 4)));

    [Fact]
    public void Several_outputs_in_column_format_are_named_tensors()
        => Assert.Equal(
            """{"outputs":{"label":["a",""],"p":[[1,2],[3,4]]}}""",
            Written(columns: true, new InferOutput("label", Json.Strings("a", "")), Floats("p", new Shape(2, 2), 1, 2, 3, 4)));

    [Fact]
    public void Several_outputs_with_different_row_counts_are_named_tensors()
    {
        Assert.Equal(
            """{"predictions":{"a":[1,2],"b":[3]}}""",
            Written(columns: false, Floats("a", new Shape(2), 1, 2), Floats("b", new Shape(1), 3)));
        Assert.Equal(
            """{"predictions":{"a":[1,2],"b":3}}""",
            Written(columns: false, Floats("a", new Shape(2), 1, 2), Floats("b", new Shape(), 3)));
    }

    [Fact]
    public void Dispose_disposes_the_tensors()
    {
        var output = Floats("y", new Shape(1), 1);

        new InstancesResponse(new InferResponse { ModelName = "m", Outputs = [output] }, [], columns: false, isInstance: false, default).Dispose();

        Assert.True(output.Tensor.Memory.IsEmpty);
    }

    private static InferOutput Floats(string name, Shape shape, params float[] values) => new(name, Tensor.Of<float>(Datatype.Fp32, shape, values));

    private static string Written(bool columns, params InferOutput[] outputs)
    {
        using var answer = new InstancesResponse(new InferResponse { ModelName = "m", Outputs = outputs }, [], columns, isInstance: false, new TensorJsonFormat(Base64: true));
        return Json.Written(answer.WriteTo);
    }
}
