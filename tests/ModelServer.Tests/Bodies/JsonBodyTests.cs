using System.Text;
using InferenceServices.Codecs;
using InferenceServices.ModelServer.Bodies;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Bodies;

public sealed class JsonBodyTests
{
    [Fact]
    public async Task A_body_has_Content_Length_and_exactly_application_json()
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;

        JsonBody.Send(http.Response, "é🌍'<", static (writer, text) => writer.WriteStringValue(text));
        await http.Response.BodyWriter.FlushAsync();

        Assert.Equal("application/json", http.Response.Headers.ContentType.ToString());
        Assert.Equal(body.Length, http.Response.ContentLength);
        Assert.Equal("é🌍'<", System.Text.Json.JsonDocument.Parse(body.ToArray()).RootElement.GetString());
    }

    [Fact]
    public void A_failed_write_changes_neither_the_response_nor_the_next_body()
    {
        var http = new DefaultHttpContext();

        Assert.Throws<InvalidOperationException>(() => JsonBody.Send(http.Response, 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("half");
            throw new InvalidOperationException();
        }));

        Assert.Null(http.Response.ContentType);
        Assert.Null(http.Response.ContentLength);
        Assert.Equal("[1]", Written("[1]"));
    }

    [Fact]
    public void A_small_body_after_a_large_body_is_correct()
    {
        var large = '"' + new string('x', 3_000_000) + '"';

        Assert.Equal(large, Written(large));
        Assert.Equal("1", Written("1"));
        Assert.Equal(large, Written(large));
    }

    private static string Written(string json)
        => Encoding.UTF8.GetString(JsonBuffer.Write(json, static (writer, value) => writer.WriteRawValue(value, skipInputValidation: true)));
}
