using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V1;

public sealed class PredictionsJsonTests
{
    /// <summary>Integers too: the datatype of a probability must not depend on its value.</summary>
    [Theory]
    [InlineData("""{"predictions":[[0.5,1],[2,3e2]]}""", new long[] { 2, 2 }, new[] { 0.5f, 1, 2, 300 })]
    [InlineData("""{"predictions":[1,0]}""", new long[] { 2 }, new[] { 1f, 0 })]
    [InlineData("""{"other":{"predictions":[9]},"predictions":[1],"more":[]}""", new long[] { 1 }, new[] { 1f })]
    [InlineData("""{"outputs":[1]}""", new long[] { 1 }, new[] { 1f })]
    [InlineData("""{"predictions":7}""", new long[] { }, new[] { 7f })]
    [InlineData("""{"predictions":[]}""", new long[] { 0 }, new float[] { })]
    [InlineData("""{"predictions":[[],[]]}""", new long[] { 2, 0 }, new float[] { })]
    public void Numbers_are_one_FP32_output_without_a_name(string body, long[] shape, float[] values)
    {
        var output = Assert.Single(PredictionsJson.Read(Json.Utf8(body)));

        Assert.Equal(("", Datatype.Fp32, new Shape(shape)), (output.Name, output.Tensor.Datatype, output.Tensor.Shape));
        Assert.Equal(values, output.Tensor.Values<float>().ToArray());
    }

    [Fact]
    public void Objects_per_row_are_named_outputs()
    {
        var outputs = PredictionsJson.Read("""{"predictions":[{"label":"en","p":[0.5,1],"ok":true},{"ok":false,"p":[2,3],"label":"ca"}]}"""u8);

        using var response = new InferResponse { ModelName = "m", Outputs = outputs };
        Assert.Equal((Datatype.Bytes, new Shape(2)), (response["label"].Datatype, response["label"].Shape));
        Assert.Equal((byte[])[2, 0, 0, 0, (byte)'e', (byte)'n', 2, 0, 0, 0, (byte)'c', (byte)'a'], response["label"].Bytes.ToArray());
        Assert.Equal((new Shape(2, 2), 3f), (response["p"].Shape, response["p"].Values<float>()[3]));
        Assert.Equal([1, 0], response["ok"].Values<byte>().ToArray());
        Assert.Throws<InvalidOperationException>(() => response["other"]);
    }

    [Theory]
    [InlineData("""{"predictions":[{"b64":"/w=="},"a"]}""")]
    [InlineData("""{"predictions":["\u00ff",{"b64":"YQ=="}]}""")]
    [InlineData("""{"predictions":[{"":{"b64":"/w=="}},{"":"a"}]}""")]
    public void Base64_is_decoded(string body)
    {
        var output = Assert.Single(PredictionsJson.Read(Json.Utf8(body)));

        Assert.Equal((Datatype.Bytes, new Shape(2)), (output.Tensor.Datatype, output.Tensor.Shape));
        Assert.Equal((byte)'a', output.Tensor.Bytes[^1]);
    }

    [Theory]
    [InlineData("""{"outputs":{"a":[1],"b":[[2]]}}""")]
    [InlineData("""{"predictions":{"a":[1],"b":[[2]]}}""")]
    public void Columns_are_named_outputs(string body)
    {
        using var response = new InferResponse { ModelName = "m", Outputs = PredictionsJson.Read(Json.Utf8(body)) };

        Assert.Equal((new Shape(1), new Shape(1, 1)), (response["a"].Shape, response["b"].Shape));
    }

    /// <summary>A classifier of skl2onnx with ZipMap, as the predictor answers in rows and in columns.</summary>
    [Theory]
    [InlineData("""{"predictions":[{"output_label":"b","output_probability":{"a":0.25,"b":0.75}},{"output_label":"a","output_probability":{"a":1,"b":0}}]}""")]
    [InlineData("""{"outputs":{"output_label":["b","a"],"output_probability":[{"a":0.25,"b":0.75},{"a":1,"b":0}]}}""")]
    public void Objects_by_class_are_rows_of_a_tensor(string body)
    {
        using var response = new InferResponse { ModelName = "m", Outputs = PredictionsJson.Read(Json.Utf8(body)) };

        Assert.Equal((Datatype.Fp32, new Shape(2, 2)), (response["output_probability"].Datatype, response["output_probability"].Shape));
        Assert.Equal([0.25f, 0.75f, 1, 0], response["output_probability"].Values<float>().ToArray());
        Assert.Equal(new Shape(2), response["output_label"].Shape);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"predictions":[{"p":{"a":1,"b":2}},{"p":{"b":2,"a":1}}]}""")]
    [InlineData("""{"predictions":[{"p":{"a":1,"b":2}},{"p":{"a":1}}]}""")]
    [InlineData("""{"predictions":[{"p":{"a":1}},{"p":{"a":1,"b":2}}]}""")]
    [InlineData("""{"predictions":[{"p":{"a":1}},{"p":1}]}""")]
    [InlineData("""{"predictions":[{"p":1},{"p":{"a":1}}]}""")]
    [InlineData("""{"predictions":[{"p":{"a":{"b":1}}}]}""")]
    [InlineData("""{"outputs":{"p":[{"a":1},1]}}""")]
    [InlineData("""{"outputs":{"p":[1,{"a":1}]}}""")]
    [InlineData("""{"predictions":[{"p":{"a":1,"b":"x"}}]}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"predictions":[1]} x""")]
    [InlineData("""{"predictions":[1""")]
    [InlineData("""{"predictions":{}}""")]
    [InlineData("""{"predictions":[1,"a"]}""")]
    [InlineData("""{"predictions":["a",1]}""")]
    [InlineData("""{"predictions":[true,1]}""")]
    [InlineData("""{"predictions":[[1],[1,2]]}""")]
    [InlineData("""{"predictions":[1e99]}""")]
    [InlineData("""{"predictions":[{"a":1},2]}""")]
    [InlineData("""{"predictions":[{"a":1},{"b":1}]}""")]
    [InlineData("""{"predictions":[{"a":1},{"a":1,"b":1}]}""")]
    [InlineData("""{"predictions":[{"a":1,"b":1},{"a":1}]}""")]
    [InlineData("""{"predictions":[{"a":1,"a":1}]}""")]
    [InlineData("""{"predictions":[{"a":1},{"a":1,"a":1}]}""")]
    [InlineData("""{"predictions":[{"a":[1]},{"a":[1,2]}]}""")]
    [InlineData("""{"predictions":[[{"a":1}]]}""")]
    [InlineData("""{"predictions":["\ud800"]}""")]
    public void An_invalid_V1_response_is_rejected(string body)
        => Assert.Throws<InvalidInputException>(() => PredictionsJson.Read(Json.Utf8(body)));

    [Fact]
    public void Excessive_nesting_is_rejected()
        => Assert.Throws<InvalidInputException>(() => PredictionsJson.Read(Json.Utf8("{\"predictions\":" + new string('[', 100_000))));

    [Fact]
    public void A_response_that_is_not_UTF8_is_rejected() => Assert.Throws<InvalidInputException>(() => PredictionsJson.Read([.. "{\"predictions\":[\""u8, 0xFF, .. "\"]}"u8]));
}
