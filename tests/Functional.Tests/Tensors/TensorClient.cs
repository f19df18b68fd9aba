using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;
using Input = InferenceServices.Codecs.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;

namespace InferenceServices.Functional.Tests.Tensors;

/// <summary>A protocol of a client.</summary>
public enum TensorProtocol
{
    V1,
    V2Json,
    V2Binary,
    Grpc,
}

/// <summary>Sends tensors to a model and reads the outputs, without the server's codecs.</summary>
internal static partial class TensorClient
{
    /// <summary>Sends a request.</summary>
    /// <param name="server">A server that writes non-finite numbers as literals.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="inputs">Inputs in the order of the request.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="id">The id of the request; its length moves the tensors of a binary body.</param>
    /// <param name="outputs">Outputs whose datatypes and shapes V1 does not carry.</param>
    public static Task<WireTensor[]> SendAsync(RunningServer server, string model, WireTensor[] inputs, TensorProtocol protocol, string id, WireTensor[] outputs) => protocol switch
    {
        TensorProtocol.V1 => SendV1Async(server, model, inputs, outputs),
        TensorProtocol.V2Json => SendJsonAsync(server, model, inputs, id),
        TensorProtocol.V2Binary => SendBinaryAsync(server, model, inputs, id),
        _ => SendGrpcAsync(server, model, inputs, id),
    };

    private static async Task<WireTensor[]> SendV1Async(RunningServer server, string model, WireTensor[] inputs, WireTensor[] outputs)
    {
        var members = inputs.Select(input => $"{JsonSerializer.Serialize(input.Name)}:{input.NestedJson()}");
        var answer = await server.PostAsync($"/v1/models/{model}:predict", $$$"""{"inputs":{{{{string.Join(',', members)}}}}}""");
        var values = Parse(answer).GetProperty("outputs");
        return [.. outputs.Select(output =>
        {
            var data = outputs.Length == 1 ? values : values.GetProperty(output.Name);
            return output with { Shape = ShapeOf(data, output), Bytes = WireTensor.BytesOf(data, output.Datatype) };
        })];
    }

    private static async Task<WireTensor[]> SendJsonAsync(RunningServer server, string model, WireTensor[] inputs, string id)
    {
        var members = inputs.Select(input => Describe(input, $"\"data\":[{string.Join(',', input.JsonElements())}]"));
        var answer = await server.PostAsync($"/v2/models/{model}/infer", $$"""{"id":"{{id}}","inputs":[{{string.Join(',', members)}}]}""");
        return [.. Parse(answer).GetProperty("outputs").EnumerateArray()
            .Select(output => Read(output, WireTensor.BytesOf(output.GetProperty("data"), output.GetProperty("datatype").GetString()!)))];
    }

    private static async Task<WireTensor[]> SendBinaryAsync(RunningServer server, string model, WireTensor[] inputs, string id)
    {
        var members = inputs.Select(input => Describe(input, $$$"""
            "parameters":{"binary_data_size":{{{input.Bytes.Length}}}}
            """));
        var json = Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","parameters":{"binary_data_output":true},"inputs":[{{string.Join(',', members)}}]}""");
        using var content = new ByteArrayContent([.. json, .. inputs.SelectMany(input => input.Bytes)]);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));
        using var response = await server.Client.PostAsync($"/v2/models/{model}/infer", content);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException(Encoding.UTF8.GetString(body));
        var at = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        return [.. JsonElement.Parse(body.AsSpan(0, at)).GetProperty("outputs").EnumerateArray().Select(output =>
        {
            var start = at;
            at += output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            return Read(output, body[start..at]);
        })];
    }

    private static async Task<WireTensor[]> SendGrpcAsync(RunningServer server, string model, WireTensor[] inputs, string id)
    {
        var request = new ModelInferRequest
        {
            ModelName = model,
            Id = id,
            Inputs = { inputs.Select(input => new Input { Name = input.Name, Datatype = input.Datatype, Shape = { input.Shape } }) },
            RawInputContents = { inputs.Select(input => ByteString.CopyFrom(input.Bytes)) },
        };
        var answer = await server.Grpc.ModelInferAsync(request);
        return [.. answer.Outputs.Zip(answer.RawOutputContents, (output, raw) => new WireTensor(output.Name, output.Datatype, [.. output.Shape], raw.ToByteArray()))];
    }

    private static string Describe(WireTensor input, string data)
        => $$"""{"name":{{JsonSerializer.Serialize(input.Name)}},"datatype":"{{input.Datatype}}","shape":[{{string.Join(',', input.Shape)}}],{{data}}}""";

    private static WireTensor Read(JsonElement output, byte[] bytes)
        => new(output.GetProperty("name").GetString()!, output.GetProperty("datatype").GetString()!, [.. output.GetProperty("shape").EnumerateArray().Select(dim => dim.GetInt64())], bytes);

    private static JsonElement Parse(Answer answer)
        => answer.Status == 200 ? JsonElement.Parse(Literal().Replace(answer.Body, "\"$0\"")) : throw new InvalidOperationException(answer.Body);

    // The lists of an empty tensor do not show the axes behind an empty one.
    private static long[] ShapeOf(JsonElement data, WireTensor template)
    {
        if (template.Count == 0) return data.ValueKind == JsonValueKind.Array ? template.Shape : [];
        var shape = new List<long>();
        for (; data.ValueKind == JsonValueKind.Array; data = data[0]) shape.Add(data.GetArrayLength());
        return [.. shape];
    }

    [GeneratedRegex("(?<=[\\[,:])(?:NaN|-?Infinity)(?=[\\],}])")]
    private static partial Regex Literal();
}
