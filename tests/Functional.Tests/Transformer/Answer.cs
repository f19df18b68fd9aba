using System.Net;
using System.Text.Json.Nodes;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>A response, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, TimeSpan? RetryAfter, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
        => new(
            response.StatusCode,
            response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.Single() : null,
            response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync());

    /// <summary>Asserts what every refusal is: JSON of exactly two keys, under a content type that KServe's client recognises.</summary>
    /// <returns>The sentence.</returns>
    public string AssertRefusal(HttpStatusCode status, string code)
    {
        Assert.Equal((status, "application/json"), (Status, ContentType));
        Assert.Equal(["error", "code"], Json.AsObject().Select(property => property.Key));
        Assert.Equal(code, (string?)Json["code"]);
        var error = (string?)Json["error"];
        Assert.False(string.IsNullOrWhiteSpace(error));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("InferenceServices.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        return error;
    }

    /// <summary>Asserts success.</summary>
    public Answer AssertOk()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{Status}: {Body}");
        Assert.Equal("application/json", ContentType);
        return this;
    }
}
