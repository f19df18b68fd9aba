namespace InferenceServices.Contracts.Serving;

/// <summary>Where the model's files are: beside the <c>.onnx</c> file lie the labels and vocabularies a transformer reads.</summary>
/// <param name="Path">An existing directory; <c>/mnt/models</c> in a pod.</param>
public sealed record ModelDirectory(string Path);
