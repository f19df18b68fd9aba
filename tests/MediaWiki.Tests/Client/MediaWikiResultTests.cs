using InferenceServices.Contracts.Errors;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class MediaWikiResultTests
{
    [Fact]
    public void A_value_is_returned_and_never_thrown()
    {
        var result = new MediaWikiResult<string>("a");

        Assert.True(result.TryGet(out var value, out var error));
        Assert.Equal(("a", null, "a"), (value, error, result.OrThrow()));
    }

    [Theory]
    [InlineData(MediaWikiErrorKind.NotFound, null, 502, "upstream_failed", null, "The wiki sent no valid response (c): Why.")]
    [InlineData(MediaWikiErrorKind.Rejected, 7, 502, "upstream_failed", null, "The wiki sent no valid response (c): Why.")]
    [InlineData(MediaWikiErrorKind.InvalidResponse, null, 502, "upstream_failed", null, "The wiki sent no valid response (c): Why.")]
    [InlineData(MediaWikiErrorKind.Unavailable, 7, 503, "upstream_unavailable", 7, "The wiki cannot answer now (c); try again later.")]
    [InlineData(MediaWikiErrorKind.Unavailable, null, 503, "upstream_unavailable", 1, "The wiki cannot answer now (c); try again later.")]
    [InlineData(MediaWikiErrorKind.TimedOut, null, 504, "upstream_timeout", null, "Why.")]
    public void An_error_is_returned_and_thrown_with_its_status(MediaWikiErrorKind kind, int? retryAfter, int status, string code, int? expectedRetryAfter, string message)
    {
        var result = new MediaWikiResult<string>(new MediaWikiError("c", "Why.", kind, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

        Assert.False(result.TryGet(out var value, out var error));
        Assert.Equal((null, "c"), (value, error.Code));
        var thrown = Assert.Throws<UpstreamException>(() => result.OrThrow());
        Assert.Equal((status, code, (double?)expectedRetryAfter, message), (thrown.StatusCode, thrown.Code, thrown.RetryAfter?.TotalSeconds, thrown.Message));
        Assert.Equal(status != 503, thrown.ShouldLog);
    }
}
