using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>A model or service that requests can name, with the handlers of its verbs.</summary>
/// <param name="Name">Name in URLs, metrics and logs.</param>
/// <param name="PredictorModel">Name of the model at the predictor; differs from <paramref name="Name"/> for <c>{model}-explainer</c>.</param>
/// <param name="MaxBodyBytes">Largest body in bytes; a larger one gets 413.</param>
/// <param name="IsService">True for an inference service, which has one version and takes JSON; false for a plain model, which takes its tensors.</param>
/// <param name="V1">Handles V1 bodies.</param>
/// <param name="V2">Handles V2 tensors.</param>
/// <param name="Explainer">Handles V1 <c>:explain</c>; null if the server has no explainer.</param>
internal readonly record struct CatalogEntry(
    string Name, string PredictorModel, long MaxBodyBytes, bool IsService, IV1Handler V1, IV2Handler V2, IV1Handler? Explainer)
{
    /// <summary>Whether this is <c>{model}-explainer</c>: an explainer with its own model name, so that V2 requests can reach it.</summary>
    public bool IsExplainer => Name != PredictorModel;

    /// <summary>Returns the handler of <c>:explain</c>.</summary>
    /// <exception cref="NotSupportedByModelException">The server has no explainer for the model: 501.</exception>
    public IV1Handler RequireExplainer()
        => Explainer ?? throw new NotSupportedByModelException($"Model {Name} has no explainer in this server; ask the explainer component for :explain.");
}
