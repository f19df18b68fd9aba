using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>A server, one of its models, and a valid request for the model.</summary>
/// <param name="Server">Server.</param>
/// <param name="Model">Name of the model or service.</param>
/// <param name="V1">V1 body.</param>
/// <param name="InputJson">V2 input with data in JSON.</param>
/// <param name="InputBytes">The data of the input as binary tensor data.</param>
/// <param name="LimitBytes">Maximum body size in bytes.</param>
public sealed record Subject(RunningServer Server, string Model, string V1, string InputJson, byte[] InputBytes, int LimitBytes)
{
    public string Predict => At("/v1/models/{model}:predict");

    public string Explain => At("/v1/models/{model}:explain");

    public string Infer => At("/v2/models/{model}/infer");

    /// <summary>Whether the model is a service and not an ONNX model.</summary>
    public bool IsService => Model == "langid";

    /// <summary>Replaces <c>{model}</c> in a path or other text.</summary>
    public string At(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Replace("{model}", Model, StringComparison.Ordinal);
    }

    /// <summary>Creates a V2 request that a test can change.</summary>
    public JsonObject V2() => new() { ["inputs"] = new JsonArray(JsonNode.Parse(InputJson)) };

    /// <summary>Creates a V2 request that repeats the data.</summary>
    public JsonObject V2(int times)
    {
        var request = V2();
        var input = request["inputs"]![0]!;
        input["shape"]![0] = times;
        var data = (JsonArray)input["data"]!;
        var length = data.Count;
        for (var i = length; i < times * length; i++) data.Add(data[i % length]!.DeepClone());
        return request;
    }

    /// <summary>Creates a V2 request with binary tensor data.</summary>
    public JsonObject BinaryV2()
    {
        var request = V2();
        var input = (JsonObject)request["inputs"]![0]!;
        input.Remove("data");
        input["parameters"] = new JsonObject { ["binary_data_size"] = InputBytes.Length };
        return request;
    }

    /// <summary>Creates the request for gRPC.</summary>
    internal ModelInferRequest Grpc(bool raw = false) => GrpcRequests.Of(Model, [JsonElement.Parse(InputJson)], [], raw);

    public Task<Answer> InferAsync(JsonObject request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Server.PostAsync(Infer, request.ToJsonString());
    }

    /// <summary>Gets the names of the model's outputs in order.</summary>
    public async Task<string[]> OutputsAsync()
        => [.. (await Server.GetAsync(At("/v2/models/{model}"))).AssertOk().Json.GetProperty("outputs").EnumerateArray().Select(NameOf)];

    public static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;
}
