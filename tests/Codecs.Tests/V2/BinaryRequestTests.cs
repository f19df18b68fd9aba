using System.Buffers.Binary;
using System.Text;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class BinaryRequestTests
{
    private static readonly byte[] Two = [1, 0, 0, 0, 2, 0, 0, 0];

    [Fact]
    public void Binary_tensors_are_in_the_order_of_the_inputs()
    {
        using var request = Read(
            $$"""{"inputs":[{{Input("a", "INT32", "[2]", 8)}},{"name":"b","shape":[1],"datatype":"FP32","data":[1.5]},{{Input("c", "UINT8", "[1,3]", 3)}}]}""",
            [.. Two, 7, 8, 9]);

        Assert.Equal([1, 2], request.Inputs[0].Tensor.Values<int>().ToArray());
        Assert.Equal([1.5f], request.Inputs[1].Tensor.Values<float>().ToArray());
        Assert.Equal([7, 8, 9], request.Inputs[2].Tensor.Bytes.ToArray());
        Assert.Null(request.Inputs[0].Parameters);
    }

    [Fact]
    public void The_binary_size_can_precede_the_shape()
    {
        using var request = Read("""{"inputs":[{"parameters":{"k":"v","binary_data_size":8},"shape":[2],"datatype":"INT32","name":"a"}]}""", Two);

        Assert.Equal([1, 2], request.Inputs[0].Tensor.Values<int>().ToArray());
        Assert.Equal(InferParameter.Of("v"), Assert.Single(request.Inputs[0].Parameters!).Value);
    }

    [Fact]
    public void An_empty_tensor_has_no_bytes()
    {
        using var request = Read($$"""{"inputs":[{{Input("a", "FP64", "[0,4]", 0)}},{{Input("s", "BYTES", "[0]", 0)}}]}""", []);

        Assert.All(request.Inputs, input => Assert.Equal(0, input.Tensor.Bytes.Length));
    }

    [Theory]
    [InlineData("FP16", 2)]
    [InlineData("BF16", 2)]
    [InlineData("UINT64", 8)]
    [InlineData("BOOL", 1)]
    public void Every_datatype_has_a_binary_form(string datatype, int size)
    {
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(i % 2)).ToArray();

        using var request = Read($$"""{"inputs":[{{Input("a", datatype, "[]", size)}}]}""", bytes);

        Assert.Equal(bytes, request.Inputs[0].Tensor.Bytes.ToArray());
        Assert.Equal(0, request.Inputs[0].Tensor.Shape.Rank);
    }

    [Fact]
    public void Elements_of_BYTES_have_length_prefixes()
    {
        byte[] raw = [.. Element([0xFF, 0x00]), .. Element([]), .. Element(Encoding.UTF8.GetBytes("é"))];

        using var request = Read($$"""{"inputs":[{{Input("s", "BYTES", "[3]", raw.Length)}}]}""", raw);

        Assert.Equal(raw, request.Inputs[0].Tensor.Bytes.ToArray());
    }

    [Theory]
    [InlineData("INT32", "[2]", 8, 7, "unexpected size for input 'a', expecting 1 additional bytes for model 'm'")]
    [InlineData("INT32", "[2]", 8, 9, "unexpected additional input data for model 'm'")]
    [InlineData("INT32", "[3]", 8, 8, "input byte size mismatch for input 'a' for model 'm'. Expected 12, got 8")]
    [InlineData("INT32", "[2]", 2147483647, 8, "unexpected size for input 'a', expecting 2147483639 additional bytes for model 'm'")]
    [InlineData("FP64", "[2147483647]", 8, 8, "input byte size mismatch for input 'a' for model 'm'. Expected 17179869176, got 8")]
    [InlineData("INT8", "[9223372036854775807,2]", 8, 8, "input 'a': byte size overflow for input of shape [9223372036854775807,2]")]
    [InlineData("BOOL", "[8]", 8, 8, "input 'a': BOOL element 4 should be 0 or 1, got 2")]
    [InlineData("BYTES", "[2]", 8, 8, "incomplete string data for input 'a', expecting a string of 2 bytes but only 0 are left")]
    [InlineData("BYTES", "[1]", 3, 3, "incomplete string length indicator for input 'a', expecting 4 bytes but only 3 are left")]
    [InlineData("BYTES", "[1]", 0, 0, "expected 1 string elements for input 'a', got 0")]
    public void Binary_data_that_do_not_match_the_json_are_rejected(string datatype, string shape, int size, int sent, string error)
    {
        byte[] bytes = [.. Two.Concat(Two).Take(sent)];
        if (datatype == "BYTES" && sent == 8) bytes = [0, 0, 0, 0, 2, 0, 0, 0];

        Assert.Equal(error, ErrorOf($$"""{"inputs":[{{Input("a", datatype, shape, size)}}]}""", bytes));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("\"8\"")]
    [InlineData("true")]
    [InlineData("null")]
    public void An_invalid_binary_size_is_rejected(string size)
        => Assert.Equal(
            "inputs[0].parameters.binary_data_size should be a whole number, 0 or more",
            ErrorOf($$$"""{"inputs":[{"name":"a","shape":[2],"datatype":"INT32","parameters":{"binary_data_size":{{{size}}}}}]}""", Two));

    [Theory]
    [InlineData("""{"name":"a","shape":[2],"datatype":"INT32","parameters":{"binary_data_size":8},"data":[1,2]}""")]
    [InlineData("""{"data":[1,2],"name":"a","shape":[2],"datatype":"INT32","parameters":{"binary_data_size":8}}""")]
    public void Json_data_with_a_binary_size_are_rejected(string input)
        => Assert.Equal("input 'a' must set only one of 'data' and 'binary_data_size' in 'parameters'", ErrorOf($$"""{"inputs":[{{input}}]}""", Two));

    [Fact]
    public void A_binary_request_round_trips()
    {
        using var x = Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [1.5f, -0f]);
        var sent = new InferRequest { Inputs = [new InferInput("x", x)], BinaryDataOutput = true };

        using var read = Read(Json.Written(writer => InferRequestJson.Write(writer, sent, binary: true)), x.Bytes.ToArray());

        Assert.True(read.BinaryDataOutput);
        Assert.Equal(x.Bytes.ToArray(), read.Inputs[0].Tensor.Bytes.ToArray());
    }

    [Theory]
    [InlineData("""{"triton_x":1}""", "parameters: parameter names that begin with 'triton_' are reserved, got 'triton_x'")]
    [InlineData("""{"binary_data_output":1}""", "parameters.binary_data_output should be a boolean, got a number")]
    [InlineData("[]", "parameters should be an object, got an array")]
    public void Reserved_parameters_must_have_their_type(string parameters, string error)
        => Assert.Equal(error, ErrorOf($$"""{"parameters":{{parameters}},"inputs":[{{Input("a", "INT32", "[2]", 8)}}]}""", Two));

    private static string Input(string name, string datatype, string shape, int size)
        => $$$"""{"name":"{{{name}}}","shape":{{{shape}}},"datatype":"{{{datatype}}}","parameters":{"binary_data_size":{{{size}}}}}""";

    private static byte[] Element(byte[] content)
    {
        var element = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(element, content.Length);
        content.CopyTo(element, 4);
        return element;
    }

    private static InferRequest Read(string json, byte[] binary) => InferRequestJson.Read(Json.Utf8(json), new BinaryTensors(binary, "m"));

    private static string ErrorOf(string json, byte[] binary) => Assert.Throws<InvalidInputException>(() => Read(json, binary)).Message;
}
