using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class ModelVersionTests
{
    [Fact]
    public void A_retired_version_lives_until_its_last_lease_is_back()
    {
        var session = Session();
        var version = Version(session);
        Assert.True(version.TryLease());
        Assert.True(version.TryLease());

        version.Return();
        version.Return();

        Assert.Equal(2f, Run(session));
        Assert.True(version.TryLease());
        version.Return();
        version.Return();
        // What the session is now must not be tried: the runtime does not survive a run of a disposed one.
        Assert.False(version.TryLease());
        Assert.False(version.Queue.Dequeue([]));
    }

    [Fact]
    public async Task Every_lease_is_back_once_its_request_has_run()
    {
        var version = Version(Session());
        for (var i = 0; i < 50; i++)
        {
            Assert.True(version.TryLease());
            using var request = Repositories.Floats("x", new(1), i);
            foreach (var output in await version.InferAsync(request, CancellationToken.None)) output.Tensor.Dispose();
        }

        version.Return();

        // The last lease goes back just behind the last answer.
        Assert.True(SpinWait.SpinUntil(() => !version.TryLeaseAndReturn(), Repositories.Guard));
    }

    private static ModelSession Session() => new(Path.Combine(TestModels.PathOf("versioned/1"), "model.onnx"), 1);

    private static ModelVersion Version(ModelSession session)
        => new(new ModelMetadata("m", ["1"], "", session.Inputs, session.Outputs), "1", session, new ModelLimits(4, 1, BatchLimits.Alone), NullLogger.Instance);

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
    public static bool TryLeaseAndReturn(this ModelVersion version)
    {
        if (!version.TryLease()) return false;
        version.Return();
        return true;
    }
}
