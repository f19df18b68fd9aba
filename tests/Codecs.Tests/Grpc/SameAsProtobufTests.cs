using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Parameter = InferenceServices.Codecs.Grpc.Messages.InferParameter;

namespace InferenceServices.Codecs.Tests.Grpc;

/// <summary>The server's reader compared with Google.Protobuf.</summary>
public sealed class SameAsProtobufTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Every_form_of_a_message_has_the_same_content(int segment)
    {
        var messages = new RandomMessages(new Random(segment));
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = messages.Next();
            var expected = ModelInferRequest.Parser.ParseFrom(bytes);

            using var message = InferRequestReader.Read(Segments.Split(bytes, segment), new WorkCounter());

            using var request = message.ToRequest();
            AssertSame(expected, message, request);
        }
    }

    [Fact]
    public void Damaged_messages_are_read_as_protobuf_reads_them_or_rejected()
    {
        var random = new Random(42);
        var messages = new RandomMessages(random);
        var (read, inconsistent, unreadable, invalid) = (0, 0, 0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            var damaged = Damage(messages.Next(), random);
            var expected = TryParse(damaged);
            try
            {
                using var message = InferRequestReader.Read(Segments.Split(damaged, random.Next(1, 64)), new WorkCounter());
                using var request = ToRequest(message);
                if (request is null)
                {
                    inconsistent++;
                    continue;
                }
                Assert.NotNull(expected);
                AssertSame(expected, message, request);
                read++;
            }
            catch (InvalidInputException exception)
            {
                if (expected is null || exception.Message.Contains("should have at most", StringComparison.Ordinal)) unreadable++;
                else invalid++;
            }
        }
        // The library ignores wire types 6 and 7 in an entry of a map.
        Assert.InRange(invalid, 0, 100);
        Assert.True(read > 200 && inconsistent > 200 && unreadable > 200, $"{read} read, {inconsistent} inconsistent, {unreadable} unreadable");
    }

    public static TheoryData<string, string> Unreadable => new()
    {
        { "field 0", "0200" },
        { "the end of a group that has not begun", "0C" },
        { "a group without an end", "A301" },
        { "a group with the end of another", "A301AC01" },
        { "wire type 6", "A601" },
        { "a tag without its number", "A001" },
        { "a number of eleven bytes", "A001FFFFFFFFFFFFFFFFFFFF01" },
        { "a negative length", "0AFFFFFFFF0F" },
        { "a length beyond the message", "0A05616263" },
        { "a name that is not UTF-8", "0A02C328" },
        { "an input beyond the message", "2A050A01" },
        { "a name beyond its input", "2A020A0578" },
        { "FP32 elements of five bytes", "2A092A0732050000000000" },
        { "an element that ends beyond its list", "2A052A030A0180" },
        { "a fixed number beyond the message", "A50100" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void An_invalid_message_is_rejected(string what, string hex)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Null(TryParse(bytes));
        var exception = Assert.Throws<InvalidInputException>(() => InferRequestReader.Read(Segments.Split(bytes, 1), new WorkCounter()));
        Assert.True(exception.Message == WireReader.Invalid().Message, what);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(100_000, false)]
    public void Groups_are_nested_at_most_100_times(int depth, bool isRead)
    {
        byte[] bytes = [.. Enumerable.Repeat(new byte[] { 0xA3, 0x01 }, depth).SelectMany(tag => tag), .. Enumerable.Repeat(new byte[] { 0xA4, 0x01 }, depth).SelectMany(tag => tag)];

        Assert.Equal(isRead, TryParse(bytes) is not null);
        if (isRead) InferRequestReader.Read(Segments.Split(bytes, 1), new WorkCounter()).Dispose();
        else Assert.Throws<InvalidInputException>(() => InferRequestReader.Read(Segments.Split(bytes, 1), new WorkCounter()));
    }

    private static ModelInferRequest? TryParse(byte[] bytes)
    {
        try
        {
            return ModelInferRequest.Parser.ParseFrom(bytes);
        }
        // The library reports an unknown wire type as an invalid operation.
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length)];
        for (var i = random.Next(3); i > 0 && damaged.Length > 0; i--)
        {
            var at = random.Next(damaged.Length);
            damaged[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(damaged[at] ^ (1 << random.Next(8)));
        }
        return damaged;
    }

    private static InferRequest? ToRequest(InferRequestMessage message)
    {
        try
        {
            return message.ToRequest();
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private static void AssertSame(ModelInferRequest expected, InferRequestMessage message, InferRequest actual)
    {
        Assert.Equal((expected.ModelName, expected.ModelVersion, expected.Id), (message.ModelName, message.ModelVersion, message.Id));
        AssertSame(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Outputs.Select(output => output.Name), (actual.Outputs ?? []).Select(output => output.Name));
        for (var i = 0; i < expected.Outputs.Count; i++) AssertSame(expected.Outputs[i].Parameters, actual.Outputs![i].Parameters);
        Assert.Equal(expected.Inputs.Count, actual.Inputs.Count);
        for (var i = 0; i < actual.Inputs.Count; i++)
        {
            var (wire, input) = (expected.Inputs[i], actual.Inputs[i]);
            Assert.Equal((wire.Name, wire.Datatype.ToUpperInvariant()), (input.Name, input.Tensor.Datatype.ToWire()));
            Assert.Equal(wire.Shape, input.Tensor.Shape.ToArray());
            AssertSame(wire.Parameters, input.Parameters);
            var bytes = expected.RawInputContents.Count > 0 ? expected.RawInputContents[i].ToByteArray() : BytesOf(wire.Contents ?? new(), input.Tensor.Datatype);
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(input.Tensor.Bytes));
        }
    }

    private static void AssertSame(IEnumerable<KeyValuePair<string, Parameter>> expected, IReadOnlyDictionary<string, Contracts.V2.InferParameter>? actual)
    {
        var values = expected.Where(entry => entry.Key != "classification").ToDictionary(entry => entry.Key, entry => Of(entry.Value));
        Assert.Equal(values.OrderBy(entry => entry.Key, StringComparer.Ordinal), (actual ?? values).OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.True(actual is not null || values.Count == 0);
    }

    private static Contracts.V2.InferParameter Of(Parameter parameter) => parameter.ParameterChoiceCase switch
    {
        Parameter.ParameterChoiceOneofCase.BoolParam => Contracts.V2.InferParameter.Of(parameter.BoolParam),
        Parameter.ParameterChoiceOneofCase.Int64Param => Contracts.V2.InferParameter.Of(parameter.Int64Param),
        Parameter.ParameterChoiceOneofCase.StringParam => Contracts.V2.InferParameter.Of(parameter.StringParam),
        Parameter.ParameterChoiceOneofCase.DoubleParam => Contracts.V2.InferParameter.Of(parameter.DoubleParam),
        Parameter.ParameterChoiceOneofCase.Uint64Param when parameter.Uint64Param <= long.MaxValue => Contracts.V2.InferParameter.Of((long)parameter.Uint64Param),
        Parameter.ParameterChoiceOneofCase.Uint64Param => Contracts.V2.InferParameter.Of((double)parameter.Uint64Param),
        _ => default,
    };

    private static byte[] BytesOf(InferTensorContents contents, Datatype datatype) => datatype switch
    {
        Datatype.Bool => [.. contents.BoolContents.Select(value => value ? (byte)1 : (byte)0)],
        Datatype.Int8 => [.. contents.IntContents.Select(value => (byte)(sbyte)value)],
        Datatype.Int16 => [.. contents.IntContents.SelectMany(value => BitConverter.GetBytes((short)value))],
        Datatype.Int32 => [.. contents.IntContents.SelectMany(BitConverter.GetBytes)],
        Datatype.Int64 => [.. contents.Int64Contents.SelectMany(BitConverter.GetBytes)],
        Datatype.Uint8 => [.. contents.UintContents.Select(value => (byte)value)],
        Datatype.Uint16 => [.. contents.UintContents.SelectMany(value => BitConverter.GetBytes((ushort)value))],
        Datatype.Uint32 => [.. contents.UintContents.SelectMany(BitConverter.GetBytes)],
        Datatype.Uint64 => [.. contents.Uint64Contents.SelectMany(BitConverter.GetBytes)],
        Datatype.Fp32 => [.. contents.Fp32Contents.SelectMany(BitConverter.GetBytes)],
        Datatype.Fp64 => [.. contents.Fp64Contents.SelectMany(BitConverter.GetBytes)],
        _ => [.. contents.BytesContents.SelectMany(text => BitConverter.GetBytes(text.Length).Concat(text))],
    };
}
