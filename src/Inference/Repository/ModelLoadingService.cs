using Microsoft.Extensions.Hosting;

namespace InferenceServices.Inference.Repository;

/// <summary>Loads the models before the host listens: hosted services start in registration order, Kestrel last.</summary>
internal sealed class ModelLoadingService(ModelRepository repository) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => repository.LoadAllAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
