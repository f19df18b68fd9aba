using System.Buffers;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Tests.Grpc;

public sealed class InferRequestReaderTests
{
    // Two bytes on the wire: a field of length 0.
    public static TheoryData<string, byte> EmptyFields => new() { { "parameters", 4 }, { "inputs", 5 }, { "outputs", 6 }, { "raw contents", 7 }, { "unknown", 15 } };

    [Theory]
    [MemberData(nameof(EmptyFields))]
    public void Thousands_of_empty_fields_are_rejected(string what, byte field)
    {
        var message = Enumerable.Range(0, 20_000).SelectMany(_ => new byte[] { (byte)((field << 3) | 2), 0 }).ToArray();

        var exception = Assert.Throws<InvalidInputException>(() => InferRequestReader.Read(new ReadOnlySequence<byte>(message), new WorkCounter()));

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

        Assert.InRange(Estimate(message), 2 * 800_000, (2 * 800_000) + 300_000);
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

        Assert.InRange(Estimate(message), 160 * 50_000, 180 * 50_000);
    }

    [Fact]
    public void Memory_is_reserved_before_it_is_allocated()
    {
        var contents = new InferTensorContents();
        contents.Int64Contents.Add(Enumerable.Repeat(0L, 100_000));
        var message = new ModelInferRequest { Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Contents = contents } } };

        Assert.Throws<ServerBusyException>(() => InferRequestReader.Read(new ReadOnlySequence<byte>(message.ToByteArray()), new LimitedAccount(1_000_000)));
    }

    private static long Estimate(ModelInferRequest message)
    {
        var account = new WorkCounter();
        InferRequestReader.Read(new ReadOnlySequence<byte>(message.ToByteArray()), account).Dispose();
        return account.Bytes;
    }

    private sealed class LimitedAccount(long limit) : IWorkAccount
    {
        private long _free = limit;

        public void ReserveWork(long bytes)
        {
            _free -= bytes;
            if (_free < 0) throw ServerBusyException.WithMemory("tensors", bytes);
        }
    }
}
