using System.Text.Json.Serialization;

namespace InferenceServices.ModelServer.Tests.PredictionCache;

[JsonSerializable(typeof(string))]
internal sealed partial class Strings : JsonSerializerContext;
