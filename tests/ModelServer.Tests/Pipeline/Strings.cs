using System.Text.Json.Serialization;

namespace InferenceServices.ModelServer.Tests.Pipeline;

[JsonSerializable(typeof(string))]
internal sealed partial class Strings : JsonSerializerContext;
