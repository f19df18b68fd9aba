using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Endpoints;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("a b ~!{}")]
    public void The_callers_name_comes_back(string given)
    {
        var http = Given(given);

        Assert.Equal(given, RequestId.Set(http));
        Assert.Equal(given, http.Response.Headers["x-request-id"].ToString());
        Assert.Equal(given, RequestId.Get(http));
    }

    [Fact]
    public void A_name_of_128_characters_is_the_longest_that_comes_back()
    {
        Assert.Equal(new string('x', 128), RequestId.Set(Given(new string('x', 128))));
        Assert.True(Guid.TryParse(RequestId.Set(Given(new string('x', 129))), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\tb")]
    [InlineData("é")]
    [InlineData("\u007f")]
    [InlineData("🌍")]
    public void What_cannot_stand_in_a_header_is_replaced(string given) => Assert.True(Guid.TryParse(RequestId.Set(Given(given)), out _));

    [Fact]
    public void Requests_without_a_name_get_names_of_their_own()
        => Assert.NotEqual(RequestId.Set(new DefaultHttpContext()), RequestId.Set(new DefaultHttpContext()));

    private static DefaultHttpContext Given(string id)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-request-id"] = id;
        return http;
    }
}
