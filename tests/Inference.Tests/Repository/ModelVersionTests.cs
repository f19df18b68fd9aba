using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Inference.Repository;
using InferenceServices.Inference.Statistics;
using InferenceServices.Inference.Telemetry;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class ModelVersionTests
{
    [Fact]
    public void A_retired_version_is_disposed_after_the_last_release()
    {
        var session = Session();
        var version = Version(session);
        Assert.True(version.TryAddRef());
        Assert.True(version.TryAddRef());

        version.Release();
        version.Release();

        Assert.Equal(2f, Run(session));
        Assert.True(version.TryAddRef());
        version.Release();
        version.Release();
        // The disposed session must not be run: the runtime would crash.
        Assert.False(version.TryAddRef());
        Assert.False(version.Queue.Dequeue([]));
    }

    [Fact]
    public async Task Each_request_releases_its_reference_after_its_run()
    {
        var version = Version(Session());
        for (var i = 0; i < 50; i++)
        {
            Assert.True(version.TryAddRef());
            using var request = Repositories.Floats("x", new(1), i);
            foreach (var output in (await version.InferAsync(request, CancellationToken.None)).Outputs) output.Tensor.Dispose();
        }

        version.Release();

        // The last release follows shortly after the last response.
        Assert.True(SpinWait.SpinUntil(() => !version.TryAddRefAndRelease(), Repositories.Guard));
    }

    [Fact]
    public async Task A_request_with_too_many_rows_is_rejected_and_releases_its_reference()
    {
        var version = Version(Session());
        Assert.True(version.TryAddRef());
        using var request = Repositories.Floats("x", new(101), new float[101]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => version.InferAsync(request, CancellationToken.None).AsTask());

        Assert.Equal("the request has 101 rows for model 'm'; at most 100 are accepted: --request_rows_limit", error.Message);
        version.Release();
        Assert.True(version.IsDisposed);
    }

    [Fact]
    public async Task A_request_to_an_idle_model_with_short_runs_runs_on_its_own_thread()
    {
        var version = Version(Session());
        var threads = new HashSet<bool>();
        for (var i = 0; i < 200 && !threads.Contains(true); i++)
        {
            Assert.True(version.TryAddRef());
            using var request = Repositories.Floats("x", new(1), i);
            var completion = version.InferAsync(request, CancellationToken.None);
            threads.Add(completion.IsCompletedSuccessfully);
            var output = Assert.Single((await completion).Outputs).Tensor;
            Assert.Equal(i + 1, MemoryMarshal.Read<float>(output.Bytes));
            output.Dispose();
        }
        version.Release();

        // The first run is not measured, and a loaded machine delays runs.
        Assert.Contains(true, threads);
    }

    private static ModelSession Session() => new(ModelGraph.Unchanged(Path.Combine(TestModels.PathOf("versioned/1"), "model.onnx")), 1);

    private static ModelVersion Version(ModelSession session)
        => new(new ModelMetadata("m", ["1"], "", session.Inputs, session.Outputs), "1", session, new ModelLimits(4, 1, 100, BatchLimits.Disabled), NullLogger.Instance)
        {
            EmptyTensors = EmptyTensors.Of(session.Inputs, session.Outputs, [], hasBatchAxis: true),
            Statistics = new VersionStatistics(new InferenceMetrics(new TestMeters(), static () => new Dictionary<string, Model?>()).ForModel("m")),
        };

    private static float Run(ModelSession session)
    {
        using var request = Repositories.Floats("x", new(1), 1);
        using var options = new RunOptions();
        using var output = session.Run(request, options, out _).Single().Tensor;
        return output.Values<float>()[0];
    }
}

internal static class ModelVersionExtensions
{
    public static bool TryAddRefAndRelease(this ModelVersion version)
    {
        if (!version.TryAddRef()) return false;
        version.Release();
        return true;
    }
}
