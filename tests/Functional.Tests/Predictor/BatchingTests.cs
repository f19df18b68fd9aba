using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Requests of all protocols in one batch. The server waits until the batch is full, so that the order of arrival does not matter.</summary>
public sealed class BatchingTests
{
    [Fact]
    public async Task Requests_of_all_protocols_form_one_batch_and_have_their_own_ids_versions_and_parameters()
    {
        await using var server = await StartAsync("versioned/1", "--max_batch_size=4");

        var v1 = server.PostAsync("/v1/models/model:predict", """{"instances":[1]}""");
        var v2 = server.PostAsync("/v2/models/model/infer", """{"id":"json","parameters":{"a":1},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[2]}]}""");
        var binary = server.PostAsync("/v2/models/model/infer", """{"id":"bytes","parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[3]}]}""");
        var grpc = server.Grpc.ModelInferAsync(GrpcRequests.Typed("model", "x", [1], 4)).ResponseAsync;

        (await v1.WaitAsync(RunningServer.Guard)).AssertOk("""{"predictions":[2]}""");
        (await v2.WaitAsync(RunningServer.Guard)).AssertOk(
            """{"model_name":"model","model_version":"1","id":"json","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[3]}]}""");
        Assert.Equal(
            """{"model_name":"model","model_version":"1","id":"bytes","outputs":[{"name":"y","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""" + "\0\0\uFFFD@",
            (await binary.WaitAsync(RunningServer.Guard)).Body);
        Assert.Equal([5], (await grpc.WaitAsync(RunningServer.Guard)).Outputs.Single().Contents.Fp32Contents);
        var statistics = (await server.GetAsync("/v2/models/model/stats")).AssertOk().Json.GetProperty("model_stats")[0];
        Assert.Equal((4, 1), (statistics.GetProperty("inference_count").GetInt64(), statistics.GetProperty("execution_count").GetInt64()));
    }

    [Fact]
    public async Task One_failing_request_in_a_batch_of_32_does_not_fail_the_others()
    {
        await using var server = await StartAsync("embedding", "--max_batch_size=32");

        var good = Enumerable.Range(0, 31).Select(i => server.PostAsync("/v1/models/model:predict", $$"""{"instances":[{{i % 4}}]}""")).ToArray();
        var poisoned = server.PostAsync("/v1/models/model:predict", """{"instances":[99]}""");

        string[] rows = ["[0.5,-1,2]", "[8,0.25,-3]", "[1,1,1]", "[0,0,0.125]"];
        for (var i = 0; i < good.Length; i++) (await good[i].WaitAsync(RunningServer.Guard)).AssertOk($$"""{"predictions":[{{rows[i % 4]}}]}""");
        (await poisoned.WaitAsync(RunningServer.Guard)).AssertError(400, "invalid_input");
    }

    [Fact]
    public async Task A_deadline_can_expire_while_a_request_waits_for_a_batch()
    {
        await using var server = await StartAsync("versioned/1", "--max_batch_size=4");

        var late = await server.PostAsync("/v2/models/model/infer", """{"parameters":{"timeout":50000},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[2]}]}""");
        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Grpc.ModelInferAsync(GrpcRequests.Typed("model", "x", [1], 4), deadline: DateTime.UtcNow.AddMilliseconds(50)));

        late.AssertError(504, "request_timeout");
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task A_model_with_dependent_rows_is_not_batched()
    {
        await using var server = await StartAsync("centred");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => server.PostAsync("/v1/models/model:predict", $$"""{"instances":[[{{i}},1]]}"""))).WaitAsync(RunningServer.Guard);

        Assert.All(answers, answer => answer.AssertOk("""{"predictions":[[0,0]]}"""));
    }

    private static Task<RunningServer> StartAsync(string model, params string[] switches)
        => PredictorServers.StartAsync(TestModels.PathOf(model), ["--model_name=model", "--max_latency=60000", .. switches]);
}
