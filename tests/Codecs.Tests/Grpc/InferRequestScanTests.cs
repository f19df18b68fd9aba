using System.Buffers;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferRequestScanTests
{
    // Two bytes on the wire: a field of length 0.
    public static TheoryData<string, byte> EmptyFields => new() { { "parameters", 4 }, { "inputs", 5 }, { "outputs", 6 }, { "raw contents", 7 }, { "unknown", 15 } };

    [Theory]
    [MemberData(nameof(EmptyFields))]
    public void Thousands_of_empty_fields_are_rejected(string what, byte field)
    {
        var message = Enumerable.Range(0, 20_000).SelectMany(_ => new byte[] { (byte)((field << 3) | 2), 0 }).ToArray();

        var exception = Assert.Throws<InvalidInputException>(() => InferRequestScan.Estimate(new ReadOnlySequence<byte>(message)));

        Assert.True(exception.Message == "the message should have at most 16384 inputs, outputs, parameters and other fields", what);
    }

    [Fact]
    public void Fields_within_inputs_and_outputs_are_counted()
    {
        var inputs = new ModelInferRequest { Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x" } } };
        for (var i = 0; i < 20_000; i++) inputs.Inputs[0].Parameters.Add($"{i}", new InferParameter());
        var outputs = new ModelInferRequest { Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" } } };
        for (var i = 0; i < 20_000; i++) outputs.Outputs[0].Parameters.Add($"{i}", new InferParameter());

        Assert.Throws<InvalidInputException>(() => Estimate(inputs));
        Assert.Throws<InvalidInputException>(() => Estimate(outputs));
    }

    [Fact]
    public void Axes_are_counted()
    {
        var message = new ModelInferRequest { Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x" } } };
        message.Inputs[0].Shape.Add(Enumerable.Repeat(1L, 33));

        var exception = Assert.Throws<InvalidInputException>(() => Estimate(message));

        Assert.Equal("inputs[0].shape should have at most 32 axes", exception.Message);
    }

    [Fact]
    public void Elements_cost_their_size_in_memory_and_not_on_the_wire()
    {
        var contents = new InferTensorContents();
        contents.Int64Contents.Add(Enumerable.Repeat(0L, 100_000));
        var message = new ModelInferRequest { Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Contents = contents } } };

        Assert.InRange(Estimate(message), 5 * 800_000, (5 * 800_000) + 300_000);
    }

    [Fact]
    public void Raw_contents_cost_twice_their_length()
    {
        var message = new ModelInferRequest { RawInputContents = { ByteString.CopyFrom(new byte[100_000]) } };

        Assert.InRange(Estimate(message), 200_000, 210_000);
    }

    [Fact]
    public void Texts_cost_their_objects()
    {
        var contents = new InferTensorContents();
        for (var i = 0; i < 50_000; i++) contents.BytesContents.Add(ByteString.Empty);
        var message = new ModelInferRequest { Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Contents = contents } } };

        Assert.InRange(Estimate(message), 160 * 50_000, 170 * 50_000);
    }

    [Fact]
    public void A_message_in_many_segments_has_the_same_estimate()
    {
        var contents = new InferTensorContents();
        contents.UintContents.Add(Enumerable.Range(0, 10_000).Select(i => (uint)i * 7_919));
        var message = new ModelInferRequest
        {
            ModelName = "m",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Shape = { 10, 1_000 }, Contents = contents } },
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" } },
        }.ToByteArray();

        Assert.Equal(InferRequestScan.Estimate(new ReadOnlySequence<byte>(message)), InferRequestScan.Estimate(Split(message, 7)));
    }

    [Fact]
    public void Every_mutation_of_a_message_ends_the_scan()
    {
        var contents = new InferTensorContents { Fp32Contents = { 1, 2, 3 }, BytesContents = { ByteString.CopyFromUtf8("abc") } };
        var valid = new ModelInferRequest
        {
            ModelName = "m",
            Parameters = { { "a", new InferParameter { Int64Param = 1 } } },
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Shape = { 1, 3 }, Contents = contents } },
            RawInputContents = { ByteString.CopyFromUtf8("abcd") },
        }.ToByteArray();
        var random = new Random(1);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var mutant = valid[..random.Next(valid.Length + 1)];
            for (var change = 0; change < 3 && mutant.Length > 0; change++) mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                Assert.InRange(InferRequestScan.Estimate(new ReadOnlySequence<byte>(mutant)), 0, 100_000);
            }
            catch (InvalidInputException)
            {
                // More axes than allowed.
            }
        }
    }

    private static long Estimate(ModelInferRequest message) => InferRequestScan.Estimate(new ReadOnlySequence<byte>(message.ToByteArray()));

    private static ReadOnlySequence<byte> Split(byte[] bytes, int length)
    {
        var first = new Segment(bytes.AsMemory(0, length), 0);
        var last = first;
        for (var start = length; start < bytes.Length; start += length) last = last.Append(bytes.AsMemory(start, Math.Min(length, bytes.Length - start)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
