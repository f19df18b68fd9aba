using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>
/// Whether the server should get traffic: not while it shuts down, and not while nothing of it can answer, unless its models are to come on demand.
/// A model that is being loaded does not take the others out of service; what is asked of one model tells the truth about it.
/// </summary>
internal sealed class ServerReadiness(IHostApplicationLifetime lifetime, ModelCatalog models, IOptions<ModelServerOptions> options)
{
    public async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (models.IsDraining || lifetime.ApplicationStopping.IsCancellationRequested) return false;
        if (options.Value.MultiModelServer) return true;
        foreach (var modelName in models.ModelNames)
            if (await CanAnswerAsync(modelName, cancellationToken)) return true;
        return false;
    }

    private async ValueTask<bool> CanAnswerAsync(string modelName, CancellationToken cancellationToken)
    {
        try
        {
            return await models.IsReadyAsync(modelName, modelVersion: null, cancellationToken);
        }
        // Unloaded since its name was read.
        catch (ModelNotFoundException)
        {
            return false;
        }
    }
}
