using System.Buffers;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferParameter = InferenceServices.Contracts.V2.InferParameter;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferResponseMessageTests
{
    [Fact]
    public void Raw_outputs_are_the_bytes_of_the_tensors_in_order()
    {
        using var response = Response(("a", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [1, 2])), ("b", Tensor.Of<byte>(Datatype.Bool, new Shape(1), [1])));

        var message = Parse(response, "id", raw: true);

        Assert.Equal(("m", "3", "id"), (message.ModelName, message.ModelVersion, message.Id));
        Assert.Equal(["a FP32 [1,2]", "b BOOL [1]"], message.Outputs.Select(output => $"{output.Name} {output.Datatype} [{string.Join(',', output.Shape)}]"));
        Assert.Equal(response.Outputs[0].Tensor.Bytes.ToArray(), message.RawOutputContents[0]);
        Assert.Equal([1], message.RawOutputContents[1].ToByteArray());
        Assert.All(message.Outputs, output => Assert.Null(output.Contents));
    }

    [Fact]
    public void Typed_outputs_are_in_the_field_of_their_datatype()
    {
        using var response = Response(("a", Tensor.Of<sbyte>(Datatype.Int8, new Shape(2), [-1, 1])), ("b", Json.Strings("", "é")));

        var message = Parse(response, "id", raw: false);

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

        var message = Parse(response, "id", raw: false);

        Assert.Equal(2, message.RawOutputContents.Count);
        Assert.All(message.Outputs, output => Assert.Null(output.Contents));
    }

    [Fact]
    public void An_empty_output_has_empty_contents()
    {
        using var response = Response(("a", Tensor.Rent(Datatype.Fp32, new Shape(0, 3))), ("b", Json.Strings()));

        var raw = Parse(response, "id", raw: true);
        var typed = Parse(response, "id", raw: false);

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

        var message = Parse(response, "id", raw: true);

        Assert.Equal("", message.ModelVersion);
        Assert.Equal(message.Parameters, message.Outputs[0].Parameters);
        Assert.Equal(
            ("x", true, 5, 0.5),
            (message.Parameters["t"].StringParam, message.Parameters["b"].BoolParam, message.Parameters["w"].Int64Param, message.Parameters["f"].DoubleParam));
    }

    [Theory]
    [MemberData(nameof(InferRequestMessageTests.EveryTypedDatatype), MemberType = typeof(InferRequestMessageTests))]
    public void A_tensor_is_written_as_it_was_read(string datatype, string contents, string bytes)
    {
        var read = Message.Typed(datatype, [2], InferTensorContents.Parser.ParseJson(contents));
        using var request = Message.Read(read);
        using var response = Response(("y", request.Inputs[0].Tensor));

        Assert.Equal(read.Inputs[0].Contents, Parse(response, "id", raw: false).Outputs[0].Contents);
        Assert.Equal(request.Inputs[0].Tensor.Bytes.ToArray(), Parse(response, "id", raw: true).RawOutputContents[0]);
        Assert.Equal(bytes.Length / 2, request.Inputs[0].Tensor.Bytes.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void A_message_is_written_to_memory_of_any_size(int block)
    {
        var texts = Json.Strings([.. Enumerable.Range(0, 300).Select(i => new string('é', i))]);
        using var response = Response(("numbers", Tensor.Of<float>(Datatype.Fp32, new Shape(5_000), new float[5_000])), ("texts", texts));
        foreach (var raw in new[] { true, false })
        {
            using var message = new InferResponseMessage(response, "id", raw);
            var blocks = new BlockWriter(block);
            var writer = new WireWriter(blocks);
            message.WriteTo(ref writer);
            writer.Flush();

            Assert.Equal(message.Size, blocks.Written.Count);
            Assert.Equal(Parse(response, "id", raw), ModelInferResponse.Parser.ParseFrom([.. blocks.Written]));
        }
    }

    [Fact]
    public void A_stream_has_a_response_or_an_error_with_the_id()
    {
        using var response = Response(("a", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1])));

        var success = ParseInStream(new StreamResponseMessage(new InferResponseMessage(response, "id", raw: true)));
        var failure = ParseInStream(new StreamResponseMessage(new InferResponseMessage("id"), "wrong"));

        Assert.Equal(new ModelStreamInferResponse { InferResponse = Parse(response, "id", raw: true) }, success);
        Assert.Equal(new ModelStreamInferResponse { ErrorMessage = "wrong", InferResponse = new ModelInferResponse { Id = "id" } }, failure);
    }

    [Fact]
    public void A_request_is_typed_if_it_has_typed_contents()
    {
        Assert.True(IsTyped(Message.Typed("INT8", [1], new InferTensorContents { IntContents = { 1 } })));
        Assert.False(IsTyped(Message.Typed("INT8", [0], new InferTensorContents())));
        Assert.False(IsTyped(Message.Raw("INT8", [1], 1)));
    }

    private static bool IsTyped(ModelInferRequest request)
    {
        using var message = InferRequestReader.Read(new ReadOnlySequence<byte>(request.ToByteArray()), new WorkCounter());
        message.ToRequest().Dispose();
        return message.IsTyped;
    }

    // The caller owns the response.
    private static ModelInferResponse Parse(InferResponse response, string id, bool raw)
    {
        var message = new InferResponseMessage(response, id, raw);
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(bytes);
        message.WriteTo(ref writer);
        writer.Flush();
        Assert.Equal(message.Size, bytes.WrittenCount);
        return ModelInferResponse.Parser.ParseFrom(bytes.WrittenSpan);
    }

    private static ModelStreamInferResponse ParseInStream(StreamResponseMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(bytes);
        message.WriteTo(ref writer);
        writer.Flush();
        Assert.Equal(message.Size, bytes.WrittenCount);
        return ModelStreamInferResponse.Parser.ParseFrom(bytes.WrittenSpan);
    }

    private static InferResponse Response(params (string Name, Tensor Tensor)[] outputs)
        => new() { ModelName = "m", ModelVersion = "3", Outputs = [.. outputs.Select(output => new InferOutput(output.Name, output.Tensor))] };

    private sealed class BlockWriter(int size) : IBufferWriter<byte>
    {
        private byte[] _block = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_block.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _block = new byte[Math.Max(size, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
