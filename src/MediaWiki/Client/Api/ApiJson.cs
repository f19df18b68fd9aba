using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Reads the API's answers.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ApiBody))]
[JsonSerializable(typeof(RestError))]
internal sealed partial class ApiJson : JsonSerializerContext;
