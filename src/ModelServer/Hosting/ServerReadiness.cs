using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>
/// Readiness of the server: false while it shuts down, and false while no model is ready, unless models are loaded on demand.
/// A model that is loading does not make the server unready while another model is ready; each model has its own readiness endpoint.
/// </summary>
internal sealed class ServerReadiness(IHostApplicationLifetime lifetime, ModelCatalog models, IOptions<ModelOptions> model)
{
    public async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (models.IsDraining || lifetime.ApplicationStopping.IsCancellationRequested) return false;
        if (model.Value.MultiModelServer) return true;
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
        // The model was unloaded after its name was read.
        catch (ModelNotFoundException)
        {
            return false;
        }
    }
}
