using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.CloudEvents;

/// <summary><c>--ce_type</c>, <c>--ce_source</c> and <c>--ce_merge</c>, which KServe has as environment variables only.</summary>
public sealed class EventOptionTests : IAsyncLifetime
{
    private const string Predict = "/v1/models/fixed:predict";
    private const string Body = """{"instances":[[1,2,3],[4,5,6]]}""";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await PredictorServers.StartModelAsync("fixed", "--ce_type=our.type", "--ce_source", "urn:ours", "--ce_merge");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_binary_response_has_the_configured_type_and_source_and_the_other_attributes_of_the_request()
    {
        var answer = await Events.PostBinaryAsync(
            _server, Predict, Body,
            ("ce-time", "2021-01-28T21:04:43Z"), ("ce-subject", "a%20b"), ("ce-dataschema", "urn:schema"), ("ce-ownext", "7"), ("ce-bad", "caf\u00e9"), ("x-secret", "s"));

        answer.AssertOk("""{"predictions":[6,15]}""");
        var sent = answer.Headers.Where(header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase)).ToDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.Single());
        Assert.Equal(
            ["ce-dataschema", "ce-id", "ce-ownext", "ce-source", "ce-specversion", "ce-subject", "ce-time", "ce-type"], sent.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("our.type", "urn:ours", "a%20b", "urn:schema", "7"), (sent["ce-type"], sent["ce-source"], sent["ce-subject"], sent["ce-dataschema"], sent["ce-ownext"]));
        Assert.NotEqual("36077800", sent["ce-id"]);
        Assert.NotEqual("2021-01-28T21:04:43Z", sent["ce-time"]);
        Assert.False(answer.Headers.Contains("x-secret"));
    }

    [Fact]
    public async Task A_structured_response_has_the_configured_type_and_source_and_the_other_attributes_of_the_request()
    {
        var answer = await Events.PostStructuredAsync(
            _server, Predict, Body, extensions: ",\"subject\":\"a b\",\"datacontenttype\":\"application/json\",\"ownext\":7,\"flag\":true");

        var sent = answer.Json;
        Assert.Equal(
            ["data", "flag", "id", "ownext", "source", "specversion", "subject", "time", "type"], sent.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("our.type", "urn:ours", "a b", 7, true),
            (sent.GetProperty("type").GetString(), sent.GetProperty("source").GetString(), sent.GetProperty("subject").GetString(), sent.GetProperty("ownext").GetInt32(), sent.GetProperty("flag").GetBoolean()));
        Assert.NotEqual("36077800", sent.GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_response_to_a_request_without_an_event_has_no_attributes() => Events.AssertPlain(await _server.PostAsync(Predict, Body), """{"predictions":[6,15]}""");
}
