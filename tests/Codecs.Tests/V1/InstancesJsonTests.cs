using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V1;

public sealed class InstancesJsonTests
{
    private static readonly TensorJsonFormat Format = new(Base64: true);

    private static readonly ModelMetadata Iris = Json.Model(new TensorMetadata("x", Datatype.Fp32, new Shape(-1, 4)));

    private static readonly ModelMetadata Columns = Json.Model(
        new TensorMetadata("a", Datatype.Fp32, new Shape(-1, 1)), new TensorMetadata("b", Datatype.Fp64, new Shape(-1)));

    private static readonly ModelMetadata Mixed = Json.Model(
        new TensorMetadata("prices", Datatype.Fp32, new Shape(-1, 2)),
        new TensorMetadata("count", Datatype.Int64, new Shape(-1)),
        new TensorMetadata("member", Datatype.Bool, new Shape(-1)));

    [Theory]
    [InlineData("""{"instances":[[1,2,3,4],[5,6,7,8]]}""", false)]
    [InlineData("""{"instances":[{"x":[1,2,3,4]},{"x":[5,6,7,8]}]}""", false)]
    [InlineData("""{"inputs":[[1,2,3,4],[5,6,7,8]]}""", true)]
    [InlineData("""{"inputs":{"x":[[1,2,3,4],[5,6,7,8]]}}""", true)]
    [InlineData("""{"instances":[[0]],"signature_name":"s","inputs":{"x":[[1,2,3,4],[5,6,7,8]]}}""", true)]
    [InlineData("""{"inputs":{"\u0078":[[1,2,3,4],[5,6,7,8]]}}""", true)]
    public void A_model_of_one_input_accepts_rows_objects_and_columns(string body, bool expectedColumns)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Iris, Format, out var columns);

        Assert.Equal(expectedColumns, columns);
        var input = Assert.Single(request.Inputs);
        Assert.Equal(("x", new Shape(2, 4)), (input.Name, input.Tensor.Shape));
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], input.Tensor.Values<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"instances":[{"prices":[1,2],"count":3,"member":true},{"member":false,"count":6,"prices":[4,5]}]}""")]
    [InlineData("""{"inputs":{"prices":[[1,2],[4,5]],"count":[3,6],"member":[true,false]}}""")]
    [InlineData("""{"inputs":{"member":[true,false],"count":[3,6],"prices":[[1,2],[4,5]]}}""")]
    public void A_model_of_several_inputs_accepts_objects_and_columns_by_name(string body)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Mixed, Format, out _);

        var tensors = request.Inputs.ToDictionary(input => input.Name, input => input.Tensor);
        Assert.Equal(new Shape(2, 2), tensors["prices"].Shape);
        Assert.Equal([1f, 2, 4, 5], tensors["prices"].Values<float>().ToArray());
        Assert.Equal(new Shape(2), tensors["count"].Shape);
        Assert.Equal([3L, 6], tensors["count"].Values<long>().ToArray());
        Assert.Equal([1, 0], tensors["member"].Bytes.ToArray());
    }

    [Theory]
    [InlineData("""{"instances":["a","b"]}""")]
    [InlineData("""{"instances":[["a"],["b"]]}""")]
    [InlineData("""{"instances":[{"s":"a"},{"s":"b"}]}""")]
    [InlineData("""{"instances":[{"s":["a"]},{"s":["b"]}]}""")]
    [InlineData("""{"inputs":{"s":["a","b"]}}""")]
    public void A_trailing_axis_of_length_one_can_be_omitted(string body)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Json.Model(new TensorMetadata("s", Datatype.Bytes, new Shape(-1, 1))), Format, out _);

        Assert.Equal(new Shape(2, 1), request.Inputs[0].Tensor.Shape);
        Assert.Equal(["a", "b"], Json.Texts(request.Inputs[0].Tensor));
    }

    [Theory]
    [InlineData("""{"instances":[]}""", "[0,4]")]
    [InlineData("""{"inputs":[]}""", "[0,4]")]
    [InlineData("""{"inputs":{"x":[]}}""", "[0,4]")]
    [InlineData("""{"instances":[[]]}""", "[1,0]")]
    public void An_empty_list_has_the_declared_shape_with_zero_rows(string body, string shape)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Iris, Format, out _);

        Assert.Equal(shape, request.Inputs[0].Tensor.Shape.ToString());
        Assert.Equal(0, request.Inputs[0].Tensor.Bytes.Length);
    }

    [Theory]
    [InlineData("""{"inputs":[{"a":[1,3],"b":[2,4]}]}""")]
    [InlineData("""{"inputs":[{"a":[1],"b":[2]},{"b":[4],"a":[3]}]}""")]
    [InlineData("""{"inputs":[{"a":1,"b":2},{"b":[4],"a":[3]}]}""")]
    [InlineData("""{"inputs":[{"a":1,"b":[2]},{"a":[[3]],"b":4},{"a":[],"b":[]}]}""")]
    [InlineData("""{"inputs":[[{"a":1,"b":2},{"a":3,"b":4}]]}""")]
    [InlineData("""{"inputs":[[{"a":1,"b":2}],[{"b":4,"a":3}]]}""")]
    [InlineData("""{"inputs":[[{"a":1,"b":2}],{"b":4,"a":3},[]]}""")]
    [InlineData("""{"instances":[[{"a":1,"b":2}],[{"\u0062":4,"a":3}]]}""")]
    [InlineData("""{"instances":[{"a":[1,3],"b":[2,4]}]}""")]
    public void A_table_can_be_split_into_columns_in_any_way(string body)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Columns, Format, out var columns);

        Assert.False(columns);
        Assert.Equal(["a", "b"], request.Inputs.Select(input => input.Name));
        Assert.Equal([new Shape(2, 1), new Shape(2)], request.Inputs.Select(input => input.Tensor.Shape));
        Assert.Equal([1f, 3], request.Inputs[0].Tensor.Values<float>().ToArray());
        Assert.Equal([2d, 4], request.Inputs[1].Tensor.Values<double>().ToArray());
    }

    [Theory]
    [InlineData("""{"inputs":[[{"a":1},{"b":2}]]}""")]
    [InlineData("""{"inputs":[{"a":[1]},{"b":[2]}]}""")]
    [InlineData("""{"inputs":[{"a":[1,null],"b":[null,2]}]}""")]
    [InlineData("""{"instances":[{"a":1,"b":null},{"a":null,"b":2}]}""")]
    public void Absent_keys_of_a_row_are_missing_values(string body)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Columns, Format, out _);

        Assert.Equal([1f, float.NaN], request.Inputs[0].Tensor.Values<float>().ToArray());
        Assert.Equal([double.NaN, 2], request.Inputs[1].Tensor.Values<double>().ToArray());
    }

    [Fact]
    public void A_column_absent_from_all_rows_has_missing_values()
    {
        using var request = InstancesJson.Read("""{"inputs":[{"a":[1,2]},{"a":[3]}]}"""u8, Columns, Format, out _);

        Assert.Equal([float.NaN, float.NaN, float.NaN], request.Inputs[1].Tensor.Values<double>().ToArray().Select(value => (float)value));
    }

    [Fact]
    public void Tokens_for_non_finite_numbers_are_read_if_enabled()
    {
        const string Body = """{"NaN":"\\\"NaN,Infinity","instances":[[NaN,-Infinity,Infinity,"NaN"],[1,2,3,-0]],"Infinity":[NaN]}""";

        using var request = InstancesJson.Read(Json.Utf8(Body), Iris, new TensorJsonFormat(NonFiniteNumbers.Literal), out _);

        Assert.Equal(
            [float.NaN, float.NegativeInfinity, float.PositiveInfinity, float.NaN, 1, 2, 3, 0], request.Inputs[0].Tensor.Values<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"instances":[{"b64":"aGk="}]}""", "[1]")]
    [InlineData("""{"instances":["hi",{"b64":"aGk="}]}""", "[2]")]
    [InlineData("""{"instances":[{"b64":"aGk="},"hi"]}""", "[2]")]
    [InlineData("""{"instances":[{"s":{"b64":"aGk="}},{"s":"hi"}]}""", "[2]")]
    [InlineData("""{"instances":[[{"s":{"b64":"aGk="}}]]}""", "[1]")]
    [InlineData("""{"inputs":{"s":[{"b64":"aGk="},"hi"]}}""", "[2]")]
    [InlineData("""{"inputs":[{"b64":"aGk="}]}""", "[1]")]
    [InlineData("""{"inputs":[{"s":["hi",{"b64":"aGk="}]}]}""", "[2]")]
    [InlineData("""{"inputs":{"b64":"aGk="}}""", "[]")]
    public void Base64_can_replace_any_text(string body, string shape)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Text("s"), Format, out _);

        Assert.Equal(shape, request.Inputs[0].Tensor.Shape.ToString());
        Assert.All(Json.Texts(request.Inputs[0].Tensor), text => Assert.Equal("hi", text));
    }

    [Theory]
    [InlineData("""{"instances":[{"b64":"aGk="}]}""")]
    [InlineData("""{"inputs":[{"b64":"aGk="}]}""")]
    [InlineData("""{"inputs":{"b64":["aGk="]}}""")]
    public void An_input_named_b64_takes_precedence_over_base64(string body)
    {
        using var request = InstancesJson.Read(Json.Utf8(body), Text("b64"), Format, out _);

        Assert.Equal(["aGk="], Json.Texts(request.Inputs[0].Tensor));
    }

    [Fact]
    public void A_scalar_model_accepts_a_scalar_column()
    {
        using var request = InstancesJson.Read("""{"inputs":3.5}"""u8, Json.Model(new TensorMetadata("x", Datatype.Fp32, new Shape())), Format, out _);

        Assert.Equal(0, request.Inputs[0].Tensor.Shape.Rank);
        Assert.Equal([3.5f], request.Inputs[0].Tensor.Values<float>().ToArray());
    }

    private static ModelMetadata Text(string input) => Json.Model(new TensorMetadata(input, Datatype.Bytes, new Shape(-1)));
}
