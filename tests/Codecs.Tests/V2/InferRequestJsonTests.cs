using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class InferRequestJsonTests
{
    private const string X = """{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}""";

    [Theory]
    [InlineData("name,shape,datatype,data")]
    [InlineData("data,datatype,shape,name")]
    [InlineData("shape,data,name,datatype")]
    [InlineData("datatype,name,data,shape")]
    public void The_keys_of_a_tensor_can_have_any_order(string order)
    {
        var fields = new Dictionary<string, string>
        {
            ["name"] = "\"x\"",
            ["shape"] = "[2,2]",
            ["datatype"] = "\"INT64\"",
            ["data"] = "[[1,2],[3,4]]",
        };
        var tensor = string.Join(',', order.Split(',').Select(key => $"\"{key}\":{fields[key]}"));

        using var request = Read($$"""{"inputs":[{{{tensor}}}]}""");

        var input = Assert.Single(request.Inputs);
        Assert.Equal(("x", Datatype.Int64, new Shape(2, 2)), (input.Name, input.Tensor.Datatype, input.Tensor.Shape));
        Assert.Equal([1L, 2, 3, 4], input.Tensor.Values<long>().ToArray());
    }

    [Fact]
    public void All_fields_of_the_protocol_are_read()
    {
        using var request = Read("""
            {"id":"42","parameters":{"a":"t","b":true,"c":-3,"d":1.5},"outputs":[{"name":"y","parameters":{"binary_data":false}},{"name":"z"}],
             "inputs":[{"name":"x","shape":[],"datatype":"fp64","parameters":{"k":0},"data":[1]}]}
            """);

        Assert.Equal("42", request.Id);
        Assert.Equal(
            new() { ["a"] = InferParameter.Of("t"), ["b"] = InferParameter.Of(true), ["c"] = InferParameter.Of(-3L), ["d"] = InferParameter.Of(1.5) },
            request.Parameters as Dictionary<string, InferParameter>);
        Assert.Equal(["y", "z"], request.Outputs!.Select(output => output.Name));
        Assert.Equal((false, null), (request.Outputs![0].BinaryData, request.Outputs![0].Parameters));
        Assert.Equal(InferParameter.Of(0L), request.Inputs[0].Parameters!["k"]);
        Assert.Equal(0, request.Inputs[0].Tensor.Shape.Rank);
    }

    [Fact]
    public void Requested_outputs_are_written_with_the_parameters_they_have()
    {
        using var request = Read($$"""{"inputs":[{{X}}]}""") with
        {
            Id = "42",
            BinaryDataOutput = true,
            Outputs =
            [
                new("plain"), new("json") { BinaryData = false }, new("classes") { Classification = 3 },
                new("both") { BinaryData = true, Classification = 1, Parameters = new Dictionary<string, InferParameter> { ["k"] = InferParameter.Of(true) } },
            ],
        };

        Assert.Equal(
            """{"id":"42","parameters":{"binary_data_output":true},"inputs":[""" + X + """],"outputs":[{"name":"plain"},{"name":"json","parameters":{"binary_data":false}},"""
            + """{"name":"classes","parameters":{"classification":3}},{"name":"both","parameters":{"binary_data":true,"classification":1,"k":true}}]}""",
            Json.Written(writer => InferRequestJson.Write(writer, request, binary: false)));
    }

    [Theory]
    [InlineData("""{"inputs":[INPUT]}""")]
    [InlineData("""{"inputs":[INPUT],"outputs":null,"parameters":null}""")]
    [InlineData("""{"id":null,"inputs":[INPUT],"outputs":[]}""")]
    [InlineData("""  { "inputs" : [ INPUT ] }  """)]
    public void Optional_fields_can_be_absent_null_or_empty(string body)
    {
        using var request = Read(body.Replace("INPUT", X, StringComparison.Ordinal));

        Assert.Null(request.Id);
        Assert.Null(request.Parameters);
        Assert.Null(request.Outputs);
        Assert.Single(request.Inputs);
    }

    [Fact]
    public void Unknown_keys_are_ignored()
    {
        using var request = Read("""
            {"x":[{"inputs":1}],"inputs":[{"extra":{"data":[9]},"name":"x","shape":[1],"datatype":"BOOL","data":[true],"more":[[1]]}],"z":null}
            """);

        Assert.Equal([1], request.Inputs[0].Tensor.Bytes.ToArray());
    }

    [Fact]
    public void Inputs_retain_their_order_even_with_a_duplicate_name()
    {
        using var request = Read($$"""{"inputs":[{{X}},{{X.Replace("\"x\"", "\"w\"", StringComparison.Ordinal)}},{{X}}]}""");

        Assert.Equal(["x", "w", "x"], request.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void A_request_round_trips()
    {
        using var strings = Json.Strings("é", "");
        using var request = Read(Json.Written(writer => InferRequestJson.Write(writer, new InferRequest
        {
            Id = "7",
            Parameters = new Dictionary<string, InferParameter> { ["p"] = InferParameter.Of(2.5) },
            Inputs = [new InferInput("s", strings)],
            Outputs = [new RequestedOutput("y") { BinaryData = false, Classification = 3 }],
            BinaryDataOutput = true,
        }, binary: false)));

        Assert.Equal(("7", "s", "y"), (request.Id, request.Inputs[0].Name, request.Outputs![0].Name));
        Assert.Equal(InferParameter.Of(2.5), request.Parameters!["p"]);
        Assert.Equal((true, false, 3), (request.BinaryDataOutput, request.Outputs![0].BinaryData, request.Outputs![0].Classification));
        Assert.Equal(["é", ""], Json.Texts(request.Inputs[0].Tensor));
    }

    private static InferRequest Read(string body) => InferRequestJson.Read(Json.Utf8(body), default);
}
