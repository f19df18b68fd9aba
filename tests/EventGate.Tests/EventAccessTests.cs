using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate.Tests;

public sealed class EventAccessTests
{
    private readonly RequestHeadersAccessor _headers = new();

    [Fact]
    public void Without_a_key_all_clients_may_send_events() => new EventAccess(Options.Create(new EventGateOptions()), headers: null).Check();

    [Fact]
    public void A_client_with_the_key_may_send_events()
    {
        _headers.Current = new Headers("secret");

        Access().Check();
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("secre")]
    [InlineData("Secret")]
    [InlineData("secret", "secret")]
    [InlineData("wrong", "secret")]
    public void Other_clients_may_not(params string[] keys)
    {
        _headers.Current = new Headers(keys);

        Assert.Equal((403, "event_forbidden"), Of(Assert.Throws<EventForbiddenException>(Access().Check)));
    }

    [Fact]
    public void A_request_without_headers_may_not() => Assert.Throws<EventForbiddenException>(Access().Check);

    private static (int Status, string Code) Of(EventForbiddenException exception) => (exception.StatusCode, exception.Code);

    private EventAccess Access() => new(Options.Create(new EventGateOptions { EventKey = "secret" }), _headers);

    private sealed class Headers(params string[] keys) : IRequestHeaders
    {
        public string RequestId => "id";

        public IReadOnlyList<string?> GetValues(string name) => name == EventAccess.Header ? keys : [];
    }
}
