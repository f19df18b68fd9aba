using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class ArenaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(32L << 20)]
    [InlineData(uint.MaxValue)]
    [InlineData((20L << 30) + 1)]
    public void A_limit_has_64_bits(long bytes)
    {
        OnnxRuntime.Start();
        using var configuration = new ArenaConfiguration(bytes);

        // struct OrtArenaCfg begins with max_mem and the strategy.
        var native = configuration.DangerousGetHandle();
        Assert.Equal((bytes, 1), (Marshal.ReadInt64(native), Marshal.ReadInt32(native, sizeof(long))));
    }

    [Fact]
    public void Memory_that_no_tensor_uses_returns_to_the_operating_system()
    {
        using var session = Open();
        using var options = new RunOptions();
        using var request = OfLength(128 << 20);
        foreach (var output in session.Run(request, options, out _)) output.Tensor.Dispose();
        var before = Environment.WorkingSet;

        OnnxRuntime.ShrinkArena();

        // Of 512 MiB; other tests run meanwhile.
        Assert.InRange(Environment.WorkingSet, 0, before - (256 << 20));
    }

    [Fact]
    public void A_tensor_that_is_larger_than_the_arena_is_rejected_before_its_memory_is_used()
    {
        using var session = Open();
        using var options = new RunOptions();
        // More than the share of the arena in the memory of this machine or container, in FP32.
        using var request = OfLength(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / sizeof(float));

        var exception = Assert.Throws<OnnxRuntimeException>(() => session.Run(request, options, out _));

        Assert.True(RunFailure.IsOutOfMemory(exception), exception.Message);
    }

    // Makes a tensor of the requested length, and returns one number.
    private ModelSession Open()
    {
        var graph = new GraphBuilder("g");
        graph.Input("length", OnnxDatatype.Int64, 1);
        graph.Node("ConstantOfShape", "made", "length");
        graph.Node("ReduceSum", "y", "made");
        graph.Output("y", OnnxDatatype.Fp32);
        graph.Graph.Output[0].Type.TensorType.Shape = null;
        _folder.Write("model.onnx", new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } }.ToByteArray());
        return new ModelSession(ModelGraph.Unchanged(_folder.Below("model.onnx")), 1);
    }

    private static InferRequest OfLength(long length) => InferRequest.Of("length", Tensor.Of<long>(Datatype.Int64, new Shape(1), [length]));
}
