using System.Text.Json.Serialization;
using InferenceServices.StorageInitializer.Staging;

namespace InferenceServices.StorageInitializer;

[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(PartialFileState))]
internal sealed partial class StorageJson : JsonSerializerContext;
