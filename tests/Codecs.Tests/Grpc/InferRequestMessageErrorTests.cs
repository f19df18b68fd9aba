using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using Parameter = InferenceServices.Codecs.Grpc.Messages.InferParameter;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferRequestMessageErrorTests
{
    [Theory]
    [InlineData("""{"inputs":[{"datatype":"FP32","shape":["1"]}]}""", "inputs[0] lacks 'name'")]
    [InlineData("""{"inputs":[{"name":"x","shape":["1"]}]}""", "inputs[0].datatype should be one of the protocol's datatypes such as FP32, got ''")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP8"}]}""", "inputs[0].datatype should be one of the protocol's datatypes such as FP32, got 'FP8'")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":["2","-1"]}]}""", "inputs[0].shape should be whole numbers, 0 or more; axis 1 is -1")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":["0","-1"]}]}""", "inputs[0].shape should be whole numbers, 0 or more; axis 1 is -1")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP32","shape":["65536","65536"]}]}""",
        "input 'x': byte size overflow for input of shape [65536,65536]")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT8","shape":["9223372036854775807","3"]}],"rawInputContents":["AA=="]}""",
        "input 'x': byte size overflow for input of shape [9223372036854775807,3]")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP32","shape":["2"],"contents":{"fp32Contents":[1]}}]}""", "input 'x': shape [2] needs 2 values, got 1")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1,2]}}]}""", "input 'x': shape [1] needs 1 values, got 2")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":["1"]}]}""", "input 'x': shape [1] needs 1 values, got 0")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","contents":{}}]}""", "input 'x': shape [] needs 1 values, got 0")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"INT32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""",
        "input 'x': INT32 values should be in int_contents, got fp32_contents")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"INT64","shape":["1"],"contents":{"int64Contents":["1"],"intContents":[1]}}]}""",
        "input 'x': INT64 values should be in int64_contents, got int_contents")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BYTES","shape":["1"],"contents":{"uint64Contents":["1"]}}]}""",
        "input 'x': BYTES values should be in bytes_contents, got uint64_contents")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT8","shape":["2"],"contents":{"uintContents":[0,256]}}]}""", "input 'x': value 1 should be UINT8, got 256")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT16","shape":["1"],"contents":{"uintContents":[65536]}}]}""",
        "input 'x': value 0 should be UINT16, got 65536")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"INT8","shape":["1"],"contents":{"intContents":[-129]}}]}""", "input 'x': value 0 should be INT8, got -129")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"INT8","shape":["1"],"contents":{"intContents":[255]}}]}""", "input 'x': value 0 should be INT8, got 255")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"INT16","shape":["1"],"contents":{"intContents":[32768]}}]}""",
        "input 'x': value 0 should be INT16, got 32768")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP16","shape":["1"],"contents":{"fp32Contents":[1]}}]}""",
        "input 'x': FP16 has no typed contents; please use raw_input_contents")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BF16","shape":["0"]}]}""", "input 'x': BF16 has no typed contents; please use raw_input_contents")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT8"},{"name":"y","datatype":"UINT8"}],"rawInputContents":["AA=="]}""",
        "the number of inputs (2) does not match the expected number of raw input contents (1) for model m")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT8"}],"rawInputContents":["AA==","AA=="]}""",
        "the number of inputs (1) does not match the expected number of raw input contents (2) for model m")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"UINT8","contents":{"uintContents":[0]}}],"rawInputContents":["AA=="]}""",
        "contents field must not be specified when using raw_input_contents for 'x' for model 'm'")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP32","shape":["2"]}],"rawInputContents":["AAAAAA=="]}""",
        "input byte size mismatch for input 'x' for model 'm'. Expected 8, got 4")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"FP16","shape":["2"]}],"rawInputContents":["AAAAAAAA"]}""",
        "input byte size mismatch for input 'x' for model 'm'. Expected 4, got 6")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BOOL","shape":["1"]}],"rawInputContents":["Bw=="]}""", "input 'x': BOOL element 0 should be 0 or 1, got 7")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BYTES","shape":["1"]}],"rawInputContents":["AQAA"]}""",
        "incomplete string length indicator for input 'x', expecting 4 bytes but only 3 are left")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BYTES","shape":["1"]}],"rawInputContents":["/////wA="]}""",
        "incomplete string data for input 'x', expecting a string of 4294967295 bytes but only 1 are left")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BYTES","shape":["2"]}],"rawInputContents":["AAAAAA=="]}""", "expected 2 string elements for input 'x', got 1")]
    [InlineData(
        """{"inputs":[{"name":"x","datatype":"BYTES","shape":["0"]}],"rawInputContents":["AAAAAA=="]}""", "expected 0 string elements for input 'x', got 1")]
    public void An_inconsistent_message_is_rejected(string json, string error)
    {
        var message = ModelInferRequest.Parser.ParseJson(json);
        message.ModelName = "m";

        Assert.Equal(error, Assert.Throws<InvalidInputException>(() => Message.Read(message)).Message);
    }

    [Fact]
    public void An_output_without_a_name_is_rejected()
    {
        var message = Message.Raw("UINT8", [], 1);
        message.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor());

        Assert.Equal("outputs[0] lacks 'name'", ErrorOf(message));
    }

    [Fact]
    public void A_shape_of_too_many_axes_is_rejected()
        => Assert.Equal("inputs[0].shape should have at most 32 axes", ErrorOf(Message.Raw("UINT8", [.. Enumerable.Repeat(1L, 33)], 1)));

    [Fact]
    public void Parameters_need_a_value_and_a_name_that_is_not_reserved()
    {
        var valueless = Message.Raw("UINT8", [], 1);
        valueless.Parameters["p"] = new Parameter();
        var reserved = Message.Raw("UINT8", [], 1);
        reserved.Inputs[0].Parameters["triton_x"] = new Parameter { BoolParam = true };
        var classes = Message.Raw("UINT8", [], 1);
        classes.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y", Parameters = { ["classification"] = new Parameter { Int64Param = -1 } } });

        Assert.Equal("parameters.p should have a value", ErrorOf(valueless));
        Assert.Equal("inputs[0].parameters: parameter names that begin with 'triton_' are reserved, got 'triton_x'", ErrorOf(reserved));
        Assert.Equal("outputs[0].parameters.classification should be a whole number, 0 or more, in int64_param", ErrorOf(classes));
    }

    private static string ErrorOf(ModelInferRequest message) => Assert.Throws<InvalidInputException>(() => Message.Read(message)).Message;
}
