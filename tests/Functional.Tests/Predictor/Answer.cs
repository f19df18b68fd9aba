using System.Net.Http.Headers;
using System.Text.Json;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>A response, read to its end.</summary>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, string? ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            // As the wire has it: a parsed header would hide a difference in spelling.
            var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
            return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, contentType);
        }
    }

    /// <summary>Status and body of a success, and the one content type JSON answers have.</summary>
    public void AssertOk(string body)
    {
        Assert.Equal((200, body, "application/json"), (Status, Body, ContentType));
    }

    /// <summary>Status, sentence and code of a refusal, and nothing else in it.</summary>
    public void AssertRefused(int status, string code, string error)
    {
        AssertRefused(status, code);
        Assert.Equal(error, Json.GetProperty("error").GetString());
    }

    public void AssertRefused(int status, string code)
    {
        Assert.Equal((status, "application/json"), (Status, ContentType));
        Assert.Equal(["error", "code"], Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.NotEmpty(Json.GetProperty("error").GetString()!);
    }
}
