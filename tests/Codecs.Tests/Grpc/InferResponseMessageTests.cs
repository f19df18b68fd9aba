using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferParameter = InferenceServices.Contracts.V2.InferParameter;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferResponseMessageTests
{
    [Fact]
    public void Raw_outputs_are_the_memory_of_the_tensors_in_order()
    {
        using var response = Response(("a", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [1, 2])), ("b", Tensor.Of<byte>(Datatype.Bool, new Shape(1), [1])));

        var message = InferResponseMessage.Write(response, "id", raw: true);

        Assert.Equal(("m", "3", "id"), (message.ModelName, message.ModelVersion, message.Id));
        Assert.Equal(["a FP32 [1,2]", "b BOOL [1]"], message.Outputs.Select(output => $"{output.Name} {output.Datatype} [{string.Join(',', output.Shape)}]"));
        Assert.True(message.RawOutputContents[0].Span == response.Outputs[0].Tensor.Bytes);
        Assert.Equal([1], message.RawOutputContents[1].ToByteArray());
        Assert.All(message.Outputs, output => Assert.Null(output.Contents));
    }

    [Fact]
    public void Typed_outputs_are_in_the_field_of_their_datatype()
    {
        using var response = Response(("a", Tensor.Of<sbyte>(Datatype.Int8, new Shape(2), [-1, 1])), ("b", Json.Strings("", "é")));

        var message = InferResponseMessage.Write(response, "id", raw: false);

        Assert.Empty(message.RawOutputContents);
        Assert.Equal([-1, 1], message.Outputs[0].Contents.IntContents);
        Assert.Equal(["", "é"], message.Outputs[1].Contents.BytesContents.Select(element => element.ToStringUtf8()));
    }

    [Theory]
    [InlineData(Datatype.Fp16)]
    [InlineData(Datatype.Bf16)]
    public void If_one_output_has_no_typed_form_all_are_raw(Datatype half)
    {
        using var response = Response(("a", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1])), ("b", Tensor.Of<ushort>(half, new Shape(1), [1])));

        var message = InferResponseMessage.Write(response, "id", raw: false);

        Assert.Equal(2, message.RawOutputContents.Count);
        Assert.All(message.Outputs, output => Assert.Null(output.Contents));
    }

    [Fact]
    public void An_empty_output_has_empty_contents()
    {
        using var response = Response(("a", Tensor.Rent(Datatype.Fp32, new Shape(0, 3))), ("b", Json.Strings()));

        var raw = InferResponseMessage.Write(response, "id", raw: true);
        var typed = InferResponseMessage.Write(response, "id", raw: false);

        Assert.Equal([0, 0], raw.RawOutputContents.Select(bytes => bytes.Length));
        Assert.Equal((0, 0), (typed.Outputs[0].Contents.Fp32Contents.Count, typed.Outputs[1].Contents.BytesContents.Count));
    }

    [Fact]
    public void Parameters_are_written_and_the_version_is_optional()
    {
        using var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]);
        var parameters = new Dictionary<string, InferParameter>
        {
            ["t"] = InferParameter.Of("x"),
            ["b"] = InferParameter.Of(true),
            ["w"] = InferParameter.Of(5),
            ["f"] = InferParameter.Of(0.5),
        };
        var response = new InferResponse { ModelName = "m", Parameters = parameters, Outputs = [new InferOutput("a", tensor, parameters)] };

        var message = InferResponseMessage.Write(response, "id", raw: true);

        Assert.Equal("", message.ModelVersion);
        Assert.Equal(message.Parameters, message.Outputs[0].Parameters);
        Assert.Equal(
            ("x", true, 5, 0.5),
            (message.Parameters["t"].StringParam, message.Parameters["b"].BoolParam, message.Parameters["w"].Int64Param, message.Parameters["f"].DoubleParam));
    }

    [Fact]
    public void A_request_is_typed_if_it_has_typed_contents()
    {
        Assert.True(InferResponseMessage.IsTyped(Message.Typed("INT8", [1], new InferTensorContents { IntContents = { 1 } })));
        Assert.False(InferResponseMessage.IsTyped(Message.Typed("INT8", [0], new InferTensorContents())));
        Assert.False(InferResponseMessage.IsTyped(Message.Raw("INT8", [1], 1)));
    }

    private static InferResponse Response(params (string Name, Tensor Tensor)[] outputs)
        => new() { ModelName = "m", ModelVersion = "3", Outputs = [.. outputs.Select(output => new InferOutput(output.Name, output.Tensor))] };
}
