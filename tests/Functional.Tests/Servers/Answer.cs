using System.Net.Http.Headers;
using System.Text.Json;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A response, read to its end.</summary>
/// <param name="Status">As a number, which is how documents and callers name it.</param>
/// <param name="Body">All of it.</param>
/// <param name="Headers">Of the response; those of its content are not among them.</param>
/// <param name="ContentType">As the wire has it: a parsed header would hide a difference in spelling.</param>
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

    /// <summary>Asserts success, in the one content type JSON answers have: KServe's client recognises no other spelling.</summary>
    public Answer AssertOk()
    {
        AssertJson(200);
        return this;
    }

    public void AssertOk(string body) => Assert.Equal(body, AssertOk().Body);

    /// <summary>Asserts what every refusal is: JSON of exactly two keys, with a sentence that shows nothing of our insides.</summary>
    /// <returns>The sentence.</returns>
    public string AssertRefused(int status, string code)
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

    public void AssertRefused(int status, string code, string error) => Assert.Equal(error, AssertRefused(status, code));

    private void AssertJson(int status)
        => Assert.True((Status, ContentType) == (status, "application/json"), $"Not {status} in JSON but {Status} in {ContentType ?? "no type"}: {Body}");
}
