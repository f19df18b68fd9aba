using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>The result of preprocessing.</summary>
/// <param name="Tensors">The model's inputs. The pipeline owns and disposes them.</param>
/// <param name="State">Data of the request that postprocessing needs.</param>
/// <typeparam name="TState">Type of the state.</typeparam>
public readonly record struct Preprocessed<TState>(InferRequest Tensors, TState State);
