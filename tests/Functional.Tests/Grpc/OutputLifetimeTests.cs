using System.Buffers;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Responses are serialized directly from output tensors: these are disposed after serialization and before the call ends.</summary>
public sealed class OutputLifetimeTests
{
    private const int Count = 500_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Outputs_are_disposed_once_and_only_after_they_are_sent(bool gzip)
    {
        var predictor = new PoisoningPredictor();
        await using var server = await StartAsync(predictor);
        Metadata headers = gzip ? [new("grpc-internal-encoding-request", "gzip")] : [];

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (i, cancellationToken) =>
        {
            var answer = await server.Grpc.ModelInferAsync(CreateRequest(), headers, cancellationToken: cancellationToken);
            Assert.False(answer.RawOutputContents.Single().Span.ContainsAnyExcept((byte)1), $"call {i} read memory of a disposed tensor");
        });

        await server.StopAsync();
        Assert.Equal(40, predictor.Outputs.Count);
        Assert.All(predictor.Outputs, output => Assert.Equal(1, output.Disposals));
    }

    [Fact]
    public async Task The_outputs_of_each_response_of_a_stream_are_disposed_before_the_next_request()
    {
        var predictor = new PoisoningPredictor();
        await using var server = await StartAsync(predictor);
        using var call = server.Grpc.ModelStreamInfer();

        for (var i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync(CreateRequest());
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.False(call.ResponseStream.Current.InferResponse.RawOutputContents.Single().Span.ContainsAnyExcept((byte)1));
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.All(predictor.Outputs, output => Assert.Equal(1, output.Disposals));
    }

    [Fact]
    public async Task The_outputs_of_a_response_over_the_limit_are_disposed()
    {
        var predictor = new PoisoningPredictor();
        await using var server = await StartAsync(predictor, "--grpc_max_send_message_length=1000");

        await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(CreateRequest()));

        await server.StopAsync();
        Assert.Equal(1, Assert.Single(predictor.Outputs).Disposals);
    }

    private static Task<RunningServer> StartAsync(PoisoningPredictor predictor, params string[] switches)
    {
        var builder = ModelServerBuilder.Create(["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", .. switches]).AddModelServer();
        builder.Services.AddSingleton<IPredictor>(predictor);
        builder.Services.AddSingleton<IModelRepository, ServiceRepository>();
        return RunningServer.StartAsync(builder.Build().MapModelServer());
    }

    private static ModelInferRequest CreateRequest() => new()
    {
        ModelName = "ones",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "UINT8", Shape = { 0 } } },
    };

    /// <summary>Returns ones, and overwrites them when they are disposed.</summary>
    private sealed class PoisoningPredictor : IPredictor
    {
        public System.Collections.Concurrent.ConcurrentBag<Ones> Outputs { get; } = [];

        public IReadOnlyList<string> ModelNames => ["ones"];

        public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
            => throw new ModelNotFoundException(modelName);

        public ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken) => new(true);

        public ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
        {
            var ones = new Ones();
            Outputs.Add(ones);
            return new(new InferResponse { ModelName = modelName, Outputs = [new InferOutput("y", Tensor.Own(Datatype.Uint8, new Shape(Count), ones))] });
        }
    }

    private sealed class Ones : IMemoryOwner<byte>
    {
        private int _disposals;

        public Ones() => Memory.Span.Fill(1);

        public int Disposals => _disposals;

        public Memory<byte> Memory { get; } = new byte[Count];

        public void Dispose()
        {
            Interlocked.Increment(ref _disposals);
            Memory.Span.Fill(0xEE);
        }
    }
}
