using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Pipeline;

namespace InferenceServices.ModelServer.Tests.Pipeline;

public sealed class ServiceRepositoryTests
{
    private readonly FakePredictor _predictor = new();

    [Fact]
    public async Task The_index_lists_the_services_with_their_readiness()
    {
        Assert.Equal([new RepositoryEntry("service", "1", ModelState.Ready)], await Repository().IndexAsync(CancellationToken.None));

        _predictor.IsReady = false;

        Assert.Equal(
            [new RepositoryEntry("service", "1", ModelState.Unavailable, "the service's model is not ready")], await Repository().IndexAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_service_cannot_be_loaded_or_unloaded()
    {
        var load = await Assert.ThrowsAsync<NotSupportedByModelException>(async () => await Repository().LoadAsync("service", CancellationToken.None));
        var unload = await Assert.ThrowsAsync<NotSupportedByModelException>(async () => await Repository().UnloadAsync("service", CancellationToken.None));

        Assert.Equal("The model of the service service comes and goes with its server, which takes no load.", load.Message);
        Assert.Equal("The model of the service service comes and goes with its server, which takes no unload.", unload.Message);
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Repository().LoadAsync("other", CancellationToken.None));
    }

    [Fact]
    public void Only_the_server_that_runs_the_model_has_statistics()
        => Assert.Equal(501, Assert.Throws<NotSupportedByModelException>(() => Repository().GetStatistics(null, null)).StatusCode);

    private ServiceRepository Repository()
    {
        var service = new ServiceDefinition("service", new FakeService(), Explainer: null, 1_000);
        return new ServiceRepository(Catalogs.Of(_predictor, service), _predictor);
    }
}
