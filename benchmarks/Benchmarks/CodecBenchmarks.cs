using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V1;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Benchmarks;

/// <summary>JSON to tensors and back, for a row of features, a vector and an image.</summary>
public class CodecBenchmarks
{
    private byte[] _v1 = [];
    private byte[] _v2 = [];
    private byte[] _binaryJson = [];
    private byte[] _binary = [];
    private ModelMetadata _model = null!;
    private InferResponse _response = null!;

    [Params(4, 256, 150_528)]
    public int Floats { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, Floats).Select(_ => random.NextSingle() * 10).ToArray();
        var numbers = string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
        _v1 = Encoding.UTF8.GetBytes($"{{\"instances\":[[{numbers}]]}}");
        _v2 = Encoding.UTF8.GetBytes($"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[1,{Floats}],\"datatype\":\"FP32\",\"data\":[{numbers}]}}]}}");
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1, Floats), values));
        _binaryJson = [.. JsonBuffer.Write(request, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: true))];
        _binary = request.Inputs[0].Tensor.Bytes.ToArray();
        _model = new ModelMetadata("m", ["1"], "onnxruntime_onnx", [new TensorMetadata("x", Datatype.Fp32, new Shape(-1, Floats))], []);
        _response = new InferResponse
        {
            ModelName = "m",
            Outputs = [new InferOutput("y", Tensor.Of<float>(Datatype.Fp32, new Shape(1, Floats), values))],
        };
    }

    [Benchmark]
    public void DecodeV1()
    {
        using var request = InstancesJson.Read(_v1, _model, default, out _);
    }

    [Benchmark]
    public void DecodeV2()
    {
        using var request = InferRequestJson.Read(_v2, default);
    }

    [Benchmark]
    public void DecodeV2Binary()
    {
        using var request = InferRequestJson.Read(_binaryJson, new BinaryTensors(_binary, "m"));
    }

    // The answer that owns the tensors is not disposed: they are the benchmark's.
    [Benchmark]
    public int EncodeV1() => JsonBuffer.Write(new InstancesResponse(_response, [], columns: false, isInstance: false, default), static (writer, answer) => answer.WriteTo(writer)).Length;

    [Benchmark]
    public int EncodeV2() => JsonBuffer.Write(_response, static (writer, answer) => InferResponseJson.Write(writer, answer, default)).Length;
}
