using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Endpoints;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("a b ~!{}")]
    public void The_id_of_the_client_is_returned(string id)
    {
        var http = WithId(id);

        Assert.Equal(id, RequestId.Set(http));
        Assert.Equal(id, http.Response.Headers["x-request-id"].ToString());
        Assert.Equal(id, RequestId.Get(http));
    }

    [Fact]
    public void The_longest_accepted_id_has_128_characters()
    {
        Assert.Equal(new string('x', 128), RequestId.Set(WithId(new string('x', 128))));
        Assert.True(Guid.TryParse(RequestId.Set(WithId(new string('x', 129))), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\tb")]
    [InlineData("é")]
    [InlineData("\u007f")]
    [InlineData("🌍")]
    public void An_id_that_is_invalid_in_a_header_is_replaced(string id) => Assert.True(Guid.TryParse(RequestId.Set(WithId(id)), out _));

    [Fact]
    public void Requests_without_an_id_get_different_ids()
        => Assert.NotEqual(RequestId.Set(new DefaultHttpContext()), RequestId.Set(new DefaultHttpContext()));

    private static DefaultHttpContext WithId(string id)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-request-id"] = id;
        return http;
    }
}
