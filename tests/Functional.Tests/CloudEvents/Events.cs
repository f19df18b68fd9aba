using System.Text;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.CloudEvents;

/// <summary>Sends requests as CloudEvents and checks responses.</summary>
internal static class Events
{
    public const string Structured = "application/cloudevents+json";

    private const string Attributes =
        "\"specversion\":\"1.0\",\"id\":\"36077800\",\"source\":\"https://example.com/producer\",\"type\":\"com.example.sampletype1\",\"time\":\"2021-01-28T21:04:43.144141+00:00\"";

    /// <summary>Posts a binary event: attributes in headers.</summary>
    /// <param name="server">Server.</param>
    /// <param name="path">Path of the operation.</param>
    /// <param name="data">Body.</param>
    /// <param name="headers">Additional or changed headers; null removes a header.</param>
    public static async Task<Answer> PostBinaryAsync(RunningServer server, string path, string data, params (string Name, string? Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(data, contentType: null) };
        (string Name, string? Value)[] all = [("ce-specversion", "1.0"), ("ce-id", "36077800"), ("ce-source", "https://example.com/producer"), ("ce-type", "com.example.sampletype1"), .. headers];
        foreach (var (name, value) in all)
        {
            var isContent = name.StartsWith("content-", StringComparison.OrdinalIgnoreCase);
            if (isContent) message.Content.Headers.TryAddWithoutValidation(name, value);
            else message.Headers.Remove(name);
            if (!isContent && value is not null) message.Headers.TryAddWithoutValidation(name, value);
        }
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = server.Client.BaseAddress, Timeout = RunningServer.Guard };
        return await Answer.OfAsync(await client.SendAsync(message));
    }

    /// <summary>Posts a structured event: attributes in the body.</summary>
    /// <param name="server">Server.</param>
    /// <param name="path">Path of the operation.</param>
    /// <param name="data">JSON of the <c>data</c> attribute.</param>
    /// <param name="contentType">Content type of the body; null for none.</param>
    /// <param name="extensions">Additional attributes, each preceded by a comma.</param>
    public static Task<Answer> PostStructuredAsync(RunningServer server, string path, string data, string? contentType = Structured, string extensions = "")
        => server.PostAsync(path, RunningServer.Json($"{{{Attributes}{extensions},\"data\":{data}}}", contentType));

    /// <summary>Asserts that the response is a binary event.</summary>
    public static void AssertBinary(Answer answer, string modelName, string data)
    {
        answer.AssertOk(data);
        Assert.Equal(
            ("1.0", $"io.kserve.inference.{modelName}", "io.kserve.inference.response"), (Header("ce-specversion"), Header("ce-source"), Header("ce-type")));
        AssertNew(Header("ce-id"), Header("ce-time"));

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    /// <summary>Asserts that the response is a structured event.</summary>
    public static void AssertStructured(Answer answer, string modelName, string data)
    {
        Assert.Equal((200, Structured), (answer.Status, answer.ContentType));
        Assert.Equal(
            ("1.0", $"io.kserve.inference.{modelName}", "io.kserve.inference.response"), (Field("specversion"), Field("source"), Field("type")));
        Assert.Equal(data, answer.Json.GetProperty("data").GetRawText());
        AssertNew(Field("id"), Field("time"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));

        string? Field(string name) => answer.Json.GetProperty(name).GetString();
    }

    /// <summary>Asserts that the response is not an event.</summary>
    public static void AssertPlain(Answer answer, string data)
    {
        answer.AssertOk(data);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertNew(string? id, string? time)
    {
        Assert.True(Guid.TryParse(id, out _));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", time);
    }
}
