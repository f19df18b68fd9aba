using System.Net.Http.Headers;
using System.Text.Json;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A complete response.</summary>
/// <param name="Status">Numeric status.</param>
/// <param name="Body">Body as text.</param>
/// <param name="Headers">Response headers, without content headers.</param>
/// <param name="ContentType">Content type as sent; a parsed header would hide differences in spelling.</param>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, string? ContentType)
{
    public TimeSpan? RetryAfter => Headers.RetryAfter?.Delta;

    public JsonElement Json => JsonElement.Parse(Body);

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
            return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, contentType);
        }
    }

    /// <summary>Asserts success with content type <c>application/json</c>: KServe's client accepts no other spelling.</summary>
    public Answer AssertOk()
    {
        AssertJson(200);
        return this;
    }

    public void AssertOk(string body) => Assert.Equal(body, AssertOk().Body);

    /// <summary>Asserts an error: JSON with exactly two keys and a message without internal details.</summary>
    /// <returns>The error message.</returns>
    public string AssertError(int status, string code)
    {
        AssertJson(status);
        Assert.Equal(["error", "code"], Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(code, Json.GetProperty("code").GetString());
        var error = Json.GetProperty("error").GetString();
        Assert.False(string.IsNullOrWhiteSpace(error));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("InferenceServices.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        return error;
    }

    public void AssertError(int status, string code, string error) => Assert.Equal(error, AssertError(status, code));

    private void AssertJson(int status)
        => Assert.True((Status, ContentType) == (status, "application/json"), $"Not {status} in JSON but {Status} in {ContentType ?? "no type"}: {Body}");
}
