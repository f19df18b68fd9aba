namespace InferenceServices.Contracts.Serving;

/// <summary>The model of an inference service.</summary>
/// <param name="Name">As the URL and <c>--model_name</c> have it.</param>
/// <param name="Directory"><c>/mnt/models</c> in a pod; there for every service, perhaps not for a bare model that a predictor elsewhere serves. Beside the <c>.onnx</c> file lie the labels and vocabularies a transformer reads.</param>
/// <param name="Version">Version given by the operator: part of events and of the keys of cached responses.</param>
public sealed record ServedModel(string Name, string Directory, string Version);
