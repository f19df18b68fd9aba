using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>A V2 response with binary tensor data after the JSON.</summary>
/// <param name="Json">JSON part.</param>
/// <param name="Bytes">Binary part: the concatenated tensors.</param>
internal sealed record BinaryAnswer(JsonElement Json, byte[] Bytes)
{
    public const string Header = "Inference-Header-Content-Length";

    /// <summary>Posts JSON and binary tensor data, and asserts that header and content type of the response match its parts.</summary>
    public static async Task<BinaryAnswer> PostAsync(RunningServer server, string path, JsonObject json, byte[] bytes)
    {
        using var response = await server.Client.SendAsync(Message(path, Encoding.UTF8.GetBytes(json.ToJsonString()), bytes));
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        return Of(response, body);
    }

    public static BinaryAnswer Of(HttpResponseMessage response, byte[] body)
    {
        Assert.Equal("application/octet-stream", response.Content.Headers.NonValidated["Content-Type"].ToString());
        var length = int.Parse(response.Headers.GetValues(Header).Single(), CultureInfo.InvariantCulture);
        return new BinaryAnswer(JsonElement.Parse(body.AsSpan(0, length)), body[length..]);
    }

    /// <summary>A request that declares a JSON length, which may be wrong.</summary>
    public static HttpRequestMessage Message(string path, byte[] json, byte[] bytes, string? length = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Raw([.. json, .. bytes], "application/octet-stream") };
        message.Headers.TryAddWithoutValidation(Header, length ?? json.Length.ToString(CultureInfo.InvariantCulture));
        return message;
    }
}
