using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates gRPC messages: valid ones with random content, and mutated ones.</summary>
public static class GrpcMessages
{
    private static readonly string[] Names = ["fixed", "free", "mixed", "datatypes", "scalar", "string-input", "iris-mlp", "versioned", "langid", "none", "", "x\0y"];

    private static readonly string[] Tensors = ["x", "y", "text", "prices", "count", "member", "bool_in", "bytes_in", "fp16_in", "", "日本"];

    private static readonly string[] Datatypes =
        ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES", "fp32", "", "COMPLEX"];

    private static readonly long[] Dims = [0, 1, 1, 2, 2, 3, 4, -1, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 62];

    private static readonly byte[][] Pieces = [[0], [0xff], [0x80], [0x7f], [0x0a], [0x2a], [0x3a], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], [0x0b], [0x0c], [0xc3, 0x28], new byte[64]];

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<GrpcMessage> OfMessages()
    {
        var valid = from request in Request select request.ToByteArray();
        return Arb.From(Gen.OneOf(valid, valid.SelectMany(bytes => Messages.Mangle(bytes, Pieces)), Gen.Constant(Good()).SelectMany(bytes => Messages.Mangle(bytes, Pieces))).Select(bytes => new GrpcMessage(bytes)));
    }

    private static Gen<ModelInferRequest> Request =>
        from name in Gen.Elements(Names)
        from version in Gen.Elements("", "", "1", "2", "7", "x")
        from inputs in Few(Input)
        from outputs in Few(Output)
        from raw in Few(Gen.Elements(0, 1, 4, 8, 24, 1_000).Select(length => ByteString.CopyFrom(new byte[length])))
        from parameters in Parameters
        select new ModelInferRequest { ModelName = name, ModelVersion = version, Inputs = { inputs }, Outputs = { outputs }, RawInputContents = { raw }, Parameters = { parameters } };

    private static Gen<ModelInferRequest.Types.InferInputTensor> Input =>
        from name in Gen.Elements(Tensors)
        from datatype in Gen.Elements(Datatypes)
        from shape in Few(Gen.Elements(Dims))
        from contents in Contents.OrNull()
        from parameters in Parameters
        select new ModelInferRequest.Types.InferInputTensor { Name = name, Datatype = datatype, Shape = { shape }, Contents = contents, Parameters = { parameters } };

    private static Gen<ModelInferRequest.Types.InferRequestedOutputTensor> Output =>
        from name in Gen.Elements("y", "sums", "probabilities", "label", "bytes_out", "", "none")
        from parameters in Parameters
        select new ModelInferRequest.Types.InferRequestedOutputTensor { Name = name, Parameters = { parameters } };

    private static Gen<InferTensorContents> Contents =>
        from count in Gen.Choose(0, 7)
        from kind in Gen.Choose(0, 8)
        select kind switch
        {
            0 => new InferTensorContents { BoolContents = { new bool[count] } },
            1 => new InferTensorContents { IntContents = { Enumerable.Repeat(int.MinValue, count) } },
            2 => new InferTensorContents { Int64Contents = { Enumerable.Repeat(long.MaxValue, count) } },
            3 => new InferTensorContents { UintContents = { Enumerable.Repeat(uint.MaxValue, count) } },
            4 => new InferTensorContents { Uint64Contents = { Enumerable.Repeat(ulong.MaxValue, count) } },
            5 => new InferTensorContents { Fp32Contents = { Enumerable.Repeat(float.NaN, count) } },
            6 => new InferTensorContents { Fp64Contents = { Enumerable.Repeat(double.PositiveInfinity, count) } },
            7 => new InferTensorContents { BytesContents = { Enumerable.Repeat(ByteString.CopyFrom(0xff, 0), count) } },
            _ => new InferTensorContents { Fp32Contents = { new float[count] }, IntContents = { new int[count] } },
        };

    private static Gen<Dictionary<string, InferParameter>> Parameters =>
        from pairs in Few(
            from name in Gen.Elements("classification", "binary_data", "triton_x", "timeout", "priority", "a", "", "sequence_id")
            from value in Gen.Elements(
                new InferParameter(), new InferParameter { BoolParam = true }, new InferParameter { Int64Param = -1 }, new InferParameter { Int64Param = 2 },
                new InferParameter { Int64Param = long.MaxValue }, new InferParameter { StringParam = "x" }, new InferParameter { DoubleParam = double.NaN },
                new InferParameter { Uint64Param = ulong.MaxValue })
            select KeyValuePair.Create(name, value))
        select pairs.DistinctBy(pair => pair.Key).ToDictionary();

    private static Gen<List<T>> Few<T>(Gen<T> gen) => from count in Gen.Elements(0, 1, 1, 2, 3) from items in gen.ListOf(count) select items.ToList();

    private static byte[] Good() => new ModelInferRequest
    {
        ModelName = "free",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 2 }, Contents = new InferTensorContents { Fp32Contents = { 1, 2 } } } },
    }.ToByteArray();
}
