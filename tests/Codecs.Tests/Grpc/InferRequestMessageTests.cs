using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Parameter = InferenceServices.Codecs.Grpc.Messages.InferParameter;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferRequestMessageTests
{
    /// <summary>Datatype, typed contents of two elements, and the same elements as bytes.</summary>
    public static TheoryData<string, string, string> EveryTypedDatatype => new()
    {
        { "BOOL", """{"boolContents":[true,false]}""", "0100" },
        { "UINT8", """{"uintContents":[0,255]}""", "00FF" },
        { "UINT16", """{"uintContents":[1,65535]}""", "0100FFFF" },
        { "UINT32", """{"uintContents":[1,4294967295]}""", "01000000FFFFFFFF" },
        { "UINT64", """{"uint64Contents":["1","18446744073709551615"]}""", "0100000000000000FFFFFFFFFFFFFFFF" },
        { "INT8", """{"intContents":[-128,127]}""", "807F" },
        { "INT16", """{"intContents":[-32768,32767]}""", "0080FF7F" },
        { "INT32", """{"intContents":[-2147483648,2147483647]}""", "00000080FFFFFF7F" },
        { "INT64", """{"int64Contents":["-9223372036854775808","1"]}""", "00000000000000800100000000000000" },
        { "FP32", """{"fp32Contents":[1.5,"NaN"]}""", "0000C03F0000C07F" },
        { "FP64", """{"fp64Contents":[1.5,"-Infinity"]}""", "000000000000F83F000000000000F0FF" },
        { "BYTES", """{"bytesContents":["","/wA="]}""", "0000000002000000FF00" },
    };

    public static TheoryData<string, string> EveryRawDatatype
    {
        get
        {
            var rows = new TheoryData<string, string> { { "FP16", "003C00C0" }, { "BF16", "803F80BF" } };
            foreach (var row in EveryTypedDatatype) rows.Add(row.Data.Item1, row.Data.Item3);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(EveryTypedDatatype))]
    public void Typed_contents_become_the_bytes_of_the_tensor(string datatype, string contents, string bytes)
    {
        var parsed = InferTensorContents.Parser.ParseJson(contents);
        // .NET's quiet NaN has the sign bit set; the wire has any NaN.
        if (datatype == "FP32") parsed.Fp32Contents[1] = BitConverter.Int32BitsToSingle(0x7FC00000);

        using var request = Message.Read(Message.Typed(datatype, [2], parsed));

        AssertInput(request, datatype, bytes);
    }

    [Theory]
    [MemberData(nameof(EveryRawDatatype))]
    public void Raw_contents_become_the_bytes_of_the_tensor(string datatype, string bytes)
    {
        using var request = Message.Read(Message.Raw(datatype, [2], Convert.FromHexString(bytes)));

        AssertInput(request, datatype, bytes);
    }

    [Fact]
    public void Contents_are_read_into_aligned_memory()
    {
        using var raw = Message.Read(Message.Raw("UINT8", [3], 1, 2, 3));
        using var typed = Message.Read(Message.Typed("UINT8", [3], new InferTensorContents { UintContents = { 1, 2, 3 } }));

        Assert.All(new[] { raw, typed }, request => Assert.Equal(0, AddressOf(request.Inputs[0].Tensor.Bytes) % Tensor.Alignment));
    }

    [Theory]
    [InlineData("FP32", new long[] { 0 })]
    [InlineData("BYTES", new long[] { 3, 0, 2 })]
    [InlineData("BOOL", new long[] { 0, int.MaxValue })]
    public void An_empty_tensor_needs_no_contents(string datatype, long[] shape)
    {
        using var absent = Message.Read(Message.Typed(datatype, shape, contents: null));
        using var empty = Message.Read(Message.Typed(datatype, shape, new InferTensorContents()));
        using var raw = Message.Read(Message.Raw(datatype, shape));

        Assert.All(new[] { absent, empty, raw }, request => Assert.Equal(0, request.Inputs[0].Tensor.Bytes.Length));
        Assert.Equal(new Shape(shape), raw.Inputs[0].Tensor.Shape);
    }

    [Fact]
    public void A_scalar_has_no_axes()
    {
        using var request = Message.Read(Message.Typed("FP32", [], new InferTensorContents { Fp32Contents = { 7 } }));

        Assert.Equal((0, 7f), (request.Inputs[0].Tensor.Shape.Rank, request.Inputs[0].Tensor.Values<float>()[0]));
    }

    [Fact]
    public void Names_parameters_and_outputs_are_read()
    {
        var message = Message.Raw("FP32", [1], 0, 0, 0, 0);
        message.Id = "7";
        message.Parameters["text"] = new Parameter { StringParam = "t" };
        message.Parameters["truth"] = new Parameter { BoolParam = false };
        message.Parameters["whole"] = new Parameter { Int64Param = -1 };
        message.Parameters["fraction"] = new Parameter { DoubleParam = 0.5 };
        message.Parameters["small"] = new Parameter { Uint64Param = long.MaxValue };
        message.Parameters["large"] = new Parameter { Uint64Param = ulong.MaxValue };
        message.Inputs[0].Parameters["of"] = new Parameter { StringParam = "input" };
        message.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor
        {
            Name = "y",
            Parameters = { ["classification"] = new Parameter { Int64Param = 3 }, ["own"] = new Parameter { BoolParam = true } },
        });
        message.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "z" });

        using var request = Message.Read(message);

        Assert.Equal("7", request.Id);
        Assert.Equal(
            new Dictionary<string, Contracts.V2.InferParameter>
            {
                ["text"] = Contracts.V2.InferParameter.Of("t"),
                ["truth"] = Contracts.V2.InferParameter.Of(false),
                ["whole"] = Contracts.V2.InferParameter.Of(-1),
                ["fraction"] = Contracts.V2.InferParameter.Of(0.5),
                ["small"] = Contracts.V2.InferParameter.Of(long.MaxValue),
                ["large"] = Contracts.V2.InferParameter.Of((double)ulong.MaxValue),
            },
            request.Parameters);
        Assert.Equal("input", request.Inputs[0].Parameters!["of"].StringValue);
        Assert.Equal(["y", "z"], request.Outputs!.Select(output => output.Name));
        Assert.Equal((3, true), (request.Outputs![0].Classification, request.Outputs[0].Parameters!["own"].BoolValue));
        Assert.Null(request.Outputs[1].Parameters);
    }

    [Fact]
    public void Absent_fields_are_null()
    {
        using var request = Message.Read(Message.Raw("FP32", [1], 0, 0, 0, 0));

        Assert.Equal((null, null, null), (request.Id, request.Parameters, request.Outputs));
        Assert.Null(request.Inputs[0].Parameters);
    }

    private static nint AddressOf(ReadOnlySpan<byte> bytes) => Unsafe.ByteOffset(in Unsafe.NullRef<byte>(), in MemoryMarshal.GetReference(bytes));

    private static void AssertInput(InferRequest request, string datatype, string bytes)
    {
        var input = Assert.Single(request.Inputs);
        Assert.Equal(("x", datatype, new Shape(2)), (input.Name, input.Tensor.Datatype.ToWire(), input.Tensor.Shape));
        Assert.Equal(bytes, Convert.ToHexString(input.Tensor.Bytes));
    }
}
