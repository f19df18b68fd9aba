using Grpc.Core;
using Grpc.Health.V1;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace InferenceServices.Functional.Tests.Grpc;

public sealed class HealthTests
{
    [Fact]
    public async Task An_unknown_service_is_not_found_for_Check_and_SERVICE_UNKNOWN_for_Watch()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed");
        var health = new Health.HealthClient(server.Channel);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new() { Service = "fixed" }));
        using var watch = health.Watch(new() { Service = "fixed" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal((StatusCode.NotFound, "not_found"), (exception.StatusCode, exception.Trailers.GetValue("error-code")));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Watch_reports_a_shutdown_immediately_and_does_not_delay_it()
    {
        var server = await PredictorServers.StartModelAsync("fixed");
        using var watch = new Health.HealthClient(server.Channel).Watch(new());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var stopping = server.StopAsync();

        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_draining_server_is_NOT_SERVING_but_answers_requests()
    {
        var app = PredictorHost.Build(
            ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("versioned")}", "--model_name=versioned"]);
        await using var server = await RunningServer.StartAsync(app);
        using var watch = new Health.HealthClient(server.Channel).Watch(new());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));

        app.Services.GetRequiredService<ModelCatalog>().Drain();

        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.Equal(ServingStatus.NotServing, (await new Health.HealthClient(server.Channel).CheckAsync(new())).Status);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(server.Channel);
        Assert.False((await client.ServerReadyAsync(new())).Ready);
        Assert.False((await client.ModelReadyAsync(new() { Name = "versioned" })).Ready);
        Assert.True((await client.ServerLiveAsync(new())).Live);
    }

    [Fact]
    public async Task A_cancelled_Watch_ends()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed");
        using (var watch = new Health.HealthClient(server.Channel).Watch(new())) await watch.ResponseStream.MoveNext(CancellationToken.None);

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
