using System.Net;
using Google.Protobuf;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Onnx;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>Two models that need more memory of the arena together than there is.</summary>
public sealed class SharedArenaTests
{
    private const int Endless = 1_000_000_000;

    // TensorProto.BOOL.
    private const int Bool = 9;

    [Fact]
    public async Task A_request_waits_for_the_memory_of_the_run_of_another_model_within_its_deadline()
    {
        using var group = MemoryGroup.TryCreate(mebibytes: 256, out var reason);
        if (group is null) Assert.Skip(reason);
        using var models = new TemporaryFolder();
        models.Write("large/model.onnx", HoldingModel());
        models.Write("other/model.onnx", HoldingModel());
        await using var server = await ServerProcess.StartAsync("Predictor", [$"--model_dir={models.Path}"], [], joined: group.Processes);
        // The arena has room for one, and not for two of them.
        var length = 3_000_000L;
        while (await InferAsync(server, "other", length, turns: 0) != HttpStatusCode.OK) Assert.NotEqual(0, length /= 2);

        using var stop = new CancellationTokenSource(RunningServer.Guard);
        var running = InferAsync(server, "large", length, Endless, cancellationToken: stop.Token);
        HttpStatusCode status;
        do status = await InferAsync(server, "other", length, turns: 0, timeout: 300_000);
        // The run may not have started.
        while (status == HttpStatusCode.OK && !stop.IsCancellationRequested);
        Assert.Equal(HttpStatusCode.GatewayTimeout, status);

        var waiting = InferAsync(server, "other", length, turns: 0);
        await stop.CancelAsync();

        Assert.Equal(HttpStatusCode.OK, await waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await server.AssertStopsAsync();
    }

    private static async Task<HttpStatusCode> InferAsync(
        ServerProcess server, string model, long length, int turns, long timeout = 0, CancellationToken cancellationToken = default)
    {
        using var content = RunningServer.Json(
            $$"""
            {"inputs":[{"name":"length","shape":[1],"datatype":"INT64","data":[{{length}}]},{"name":"turns","shape":[1],"datatype":"INT64","data":[{{turns}}]}],
             "parameters":{"timeout":{{timeout}} } }
            """);
        using var answer = await server.Client.PostAsync($"/v2/models/{model}/infer", content, cancellationToken);
        return answer.StatusCode;
    }

    // Makes a tensor of a length and one of eight times the length, and adds their sums to a number in each turn.
    private static byte[] HoldingModel()
    {
        var body = new GraphBuilder("turn");
        body.Input("turn", OnnxDatatype.Int64);
        body.Input("go", Bool);
        body.Input("total", OnnxDatatype.Fp32);
        body.Node("Identity", "go_on", "go");
        body.Node("ReduceSum", "small", ["made"], [("keepdims", 0)]);
        body.Node("ReduceSum", "large", ["eight"], [("keepdims", 0)]);
        body.Node("Add", "sum", "small", "large");
        body.Node("Add", "total_next", "total", "sum");
        body.Output("go_on", Bool);
        body.Output("total_next", OnnxDatatype.Fp32);
        var graph = new GraphBuilder("g");
        graph.Input("length", OnnxDatatype.Int64, 1);
        graph.Input("turns", OnnxDatatype.Int64, 1);
        graph.Node("ConstantOfShape", "made", "length");
        graph.Node("Concat", "eight", ["made", "made", "made", "made", "made", "made", "made", "made"], [("axis", 0)]);
        graph.Node("ReduceMax", "most", ["turns"], [("keepdims", 0)]);
        graph.Graph.Node.Add(new NodeProto
        {
            OpType = "Loop",
            Input = { "most", "", graph.Constant("zero", [0f]) },
            Output = { "y" },
            Attribute = { new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body.Graph } },
        });
        graph.Output("y", OnnxDatatype.Fp32);
        return new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } }.ToByteArray();
    }
}
