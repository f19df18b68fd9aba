namespace InferenceServices.Contracts.Serving;

/// <summary>The model an inference service stands before.</summary>
/// <param name="Name">As the URL and <c>--model_name</c> have it.</param>
/// <param name="Directory"><c>/mnt/models</c> in a pod; there for every service, perhaps not for a bare model that a predictor elsewhere serves. Beside the <c>.onnx</c> file lie the labels and vocabularies a transformer reads.</param>
/// <param name="Version">As the operator calls it: in the events a service sends, and a part of what kept answers go by.</param>
public sealed record ServedModel(string Name, string Directory, string Version);
