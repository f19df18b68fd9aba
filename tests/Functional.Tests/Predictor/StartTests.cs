using InferenceServices.Contracts.Errors;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class StartTests
{
    [Fact]
    public async Task A_missing_model_fails_the_start_and_the_error_has_its_path()
    {
        await using var app = Build("/no/such/folder");

        var exception = await Assert.ThrowsAnyAsync<StartException>(() => app.StartAsync());

        Assert.Equal("There is no file or directory /no/such/folder; --model_dir should name an .onnx file or a directory with one.", exception.Message);
    }

    [Fact]
    public async Task An_invalid_model_fails_the_start_and_the_error_has_its_path()
    {
        await using var app = Build(TestModels.PathOf("broken"));

        var exception = await Assert.ThrowsAnyAsync<StartException>(() => app.StartAsync());

        Assert.StartsWith($"{TestModels.PathOf("broken/model.onnx")} cannot be loaded: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "-h")]
    [InlineData(0, "--version")]
    [InlineData(2, "--http_port=many")]
    [InlineData(2, "--http_port=70000")]
    [InlineData(2, "--http_port=99999999999")]
    [InlineData(2, "--queue_capacity=0")]
    [InlineData(2, "--model_dir=")]
    [InlineData(2, "--model_name=")]
    [InlineData(2, "--model_name")]
    [InlineData(2, "--enable_docs_url=perhaps")]
    [InlineData(2, "--enable_metrics=perhaps")]
    [InlineData(2, "--log_format=xml")]
    [InlineData(2, "--otel_exporter_otlp_endpoint=collector:4317")]
    [InlineData(2, "--host=localhost")]
    [InlineData(2, "--grpc_port=many")]
    [InlineData(2, "--grpc_port=-1")]
    [InlineData(2, "--grpc_max_receive_message_length=-2")]
    [InlineData(2, "--grpc_raw_output=never")]
    [InlineData(2, "--json_nonfinite=nan")]
    [InlineData(2, "--json_nonfinite=0")]
    [InlineData(2, "--ce_source=two words")]
    [InlineData(2, "--execution_provider=gpu")]
    [InlineData(2, "--execution_provider=cuda")]
    [InlineData(2, "--execution_provider_options=device_id=1")]
    [InlineData(1, "--model_dir=/no/such/folder")]
    [InlineData(1, "--host=192.0.2.1")]
    public async Task The_exit_code_is_the_result_of_the_start(int expected, string last)
    {
        string[] args = ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("fixed")}", last];

        var code = await ModelServerProgram.RunAsync("predictor", args, PredictorHost.CreateBuilder).WaitAsync(RunningServer.Guard);

        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task A_stop_during_the_start_has_exit_code_0()
    {
        var code = await ModelServerProgram.RunAsync("predictor", ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("fixed")}"], args =>
        {
            var builder = PredictorHost.CreateBuilder(args);
            builder.Services.AddHostedService<StopDuringStart>();
            return builder;
        }).WaitAsync(RunningServer.Guard);

        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_background_service_of_another_library_that_fails_is_logged_and_has_exit_code_1()
    {
        using var lines = new LogLines();
        var code = await ModelServerProgram.RunAsync("predictor", ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("fixed")}"], args =>
        {
            var builder = PredictorHost.CreateBuilder(args);
            builder.Logging.AddProvider(lines);
            builder.Services.AddHostedService<FailsAfterStart>();
            return builder;
        }).WaitAsync(RunningServer.Guard);

        Assert.Equal(1, code);
        Assert.Contains(lines.AtLeast(LogLevel.Error), line => line.Contains("The loop of another library failed.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_has_exit_code_1()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed");
        string[] args = ["--host=127.0.0.1", "--grpc_port=0", $"--http_port={server.Client.BaseAddress!.Port}", $"--model_dir={TestModels.PathOf("fixed")}"];

        var code = await ModelServerProgram.RunAsync("predictor", args, PredictorHost.CreateBuilder).WaitAsync(RunningServer.Guard);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task REST_and_gRPC_cannot_share_a_port_and_the_error_names_the_switches()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = PredictorHost.Build(["--http_port=8081", $"--model_dir={TestModels.PathOf("fixed")}"]);
            await app.StartAsync();
        });

        Assert.Contains("--http_port and --grpc_port should be two ports, got 8081 for both.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http_port")]
    [InlineData("grpc_port")]
    public async Task The_error_for_a_port_in_use_names_the_switch_of_the_port(string name)
    {
        await using var server = await PredictorServers.StartModelAsync("fixed");
        string[] args = ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("fixed")}", $"--{name}={server.GrpcAddress.Port}"];
        using var app = PredictorHost.Build(args);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        Assert.Equal(
            $"Port {server.GrpcAddress.Port} of 127.0.0.1 is in use; set another port with --{name}.",
            ModelServerProgram.ReasonOf(exception, app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value));
    }

    [Fact]
    public async Task Without_grpc_there_is_one_port()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed", "--enable_grpc=false");

        Assert.Equal(server.Client.BaseAddress, server.GrpcAddress);
        Assert.Equal(404, (await server.PostAsync(Grpc.RawHttp2.Infer, "")).Status);
    }

    [Fact]
    public async Task A_single_model_is_named_by_model_name_and_an_unknown_switch_is_ignored()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed", "--storage_uri", "s3://somewhere", "--unknown");

        (await server.GetAsync("/v1/models")).AssertOk("""{"models":["fixed"]}""");
    }

    private sealed class StopDuringStart(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FailsAfterStart(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("The loop of another library failed.");
        }
    }

    private static WebApplication Build(string modelDir) => PredictorHost.Build(["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={modelDir}"]);
}
