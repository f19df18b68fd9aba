using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>A running program, one of its models, and a request that the model takes.</summary>
/// <param name="Server">The program.</param>
/// <param name="Model">The model's name, or the service's.</param>
/// <param name="V1">A V1 body.</param>
/// <param name="InputJson">The V2 input, its data in JSON.</param>
/// <param name="InputBytes">The same data as bytes.</param>
/// <param name="LimitBytes">The longest body it takes.</param>
public sealed record Subject(RunningServer Server, string Model, string V1, string InputJson, byte[] InputBytes, int LimitBytes)
{
    public string Predict => At("/v1/models/{model}:predict");

    public string Explain => At("/v1/models/{model}:explain");

    public string Infer => At("/v2/models/{model}/infer");

    /// <summary>Whether the name stands for a service and not for an ONNX model.</summary>
    public bool IsService => Model == "langid";

    /// <summary>A path, or anything else, with <c>{model}</c> in it.</summary>
    public string At(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Replace("{model}", Model, StringComparison.Ordinal);
    }

    /// <summary>A V2 request that a test may change before it is sent.</summary>
    public JsonObject V2() => new() { ["inputs"] = new JsonArray(JsonNode.Parse(InputJson)) };

    /// <summary>The same with the data many times over.</summary>
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

    /// <summary>The same with the data left to the bytes behind it.</summary>
    public JsonObject BinaryV2()
    {
        var request = V2();
        var input = (JsonObject)request["inputs"]![0]!;
        input.Remove("data");
        input["parameters"] = new JsonObject { ["binary_data_size"] = InputBytes.Length };
        return request;
    }

    /// <summary>The same request over gRPC.</summary>
    internal ModelInferRequest Grpc(bool raw = false) => GrpcRequests.Of(Model, [JsonElement.Parse(InputJson)], [], raw);

    public Task<Answer> InferAsync(JsonObject request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Server.PostAsync(Infer, request.ToJsonString());
    }

    /// <summary>The names of the model's outputs, in its own order.</summary>
    public async Task<string[]> OutputsAsync()
        => [.. (await Server.GetAsync(At("/v2/models/{model}"))).AssertOk().Json.GetProperty("outputs").EnumerateArray().Select(NameOf)];

    public static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;
}
