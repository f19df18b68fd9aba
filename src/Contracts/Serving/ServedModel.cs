namespace InferenceServices.Contracts.Serving;

/// <summary>The model of an inference service.</summary>
/// <param name="Name">Name in URLs and <c>--model_name</c>.</param>
/// <param name="Directory">Directory of the model, <c>/mnt/models</c> in a pod; exists for every service, optional for a plain model of a remote predictor. Contains the <c>.onnx</c> file and the transformer's labels and vocabularies.</param>
/// <param name="Version">Version given by the operator: part of events and of the keys of cached responses.</param>
public sealed record ServedModel(string Name, string Directory, string Version);
