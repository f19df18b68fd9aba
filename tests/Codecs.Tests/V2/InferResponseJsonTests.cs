using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class InferResponseJsonTests
{
    [Fact]
    public void Null_fields_are_not_written()
    {
        using var response = new InferResponse
        {
            ModelName = "m",
            Outputs = [new InferOutput("y", Tensor.Of<int>(Datatype.Int32, new Shape(2, 1), [1, 2]))],
        };

        Assert.Equal(
            """{"model_name":"m","outputs":[{"name":"y","shape":[2,1],"datatype":"INT32","data":[1,2]}]}""",
            Json.Written(writer => InferResponseJson.Write(writer, response, default)));
    }

    [Fact]
    public void Fields_are_written_in_order()
    {
        using var response = new InferResponse
        {
            ModelName = "m",
            ModelVersion = "3",
            Id = "7",
            Parameters = new Dictionary<string, InferParameter> { ["p"] = InferParameter.Of(true) },
            Outputs = [],
        };

        Assert.Equal(
            """{"model_name":"m","model_version":"3","id":"7","parameters":{"p":true},"outputs":[]}""",
            Json.Written(writer => InferResponseJson.Write(writer, response, default)));
    }

    [Fact]
    public void A_response_of_KServes_server_with_nulls_is_read()
    {
        using var response = InferResponseJson.Read("""
            {"id":"1","model_name":"m","model_version":null,"parameters":null,
             "outputs":[{"name":"y","shape":[2],"datatype":"FP32","parameters":null,"data":[1.5,2.5]}]}
            """u8, default);

        Assert.Equal(("1", "m", null), (response.Id, response.ModelName, response.ModelVersion));
        Assert.Equal([1.5f, 2.5f], response["y"].Values<float>().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"outputs":{}}""")]
    [InlineData("""{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[1]}]}""")]
    public void An_invalid_response_is_rejected(string body) => Assert.Throws<InvalidInputException>(() => InferResponseJson.Read(Json.Utf8(body), default));
}
