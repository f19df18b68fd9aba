using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class RepositoryJsonTests
{
    public static TheoryData<string> Broken =>
        ["{", "}", "null", "[]", "\"ready\"", "7", "true", " ", "{\"ready\":true}}", "{\"ready\":true} x", "{\"a\":}", "{\"\\ud800\":1}", "\0"];

    [Theory]
    [InlineData("", false)]
    [InlineData("{}", false)]
    [InlineData(" {\n} ", false)]
    [InlineData("""{"ready":false}""", false)]
    [InlineData("""{"ready":null}""", false)]
    [InlineData("""{"ready":true}""", true)]
    [InlineData("""{"repository_name":"","other":{"ready":true},"list":[[1]],"ready":true}""", true)]
    [InlineData("""{"other":{"ready":true}}""", false)]
    [InlineData("""{"re\u0061dy":true}""", true)]
    public void An_index_request_can_select_ready_models(string body, bool expected)
        => Assert.Equal(expected, RepositoryJson.ReadReadyOnly(Json.Utf8(body)));

    [Theory]
    [InlineData("\"true\"", "a string")]
    [InlineData("1", "a number")]
    [InlineData("{}", "an object")]
    public void Ready_must_be_a_boolean(string value, string got)
        => Assert.Equal(
            $"ready should be a boolean, got {got}",
            Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadReadyOnly(Json.Utf8($$"""{"ready":{{value}}}"""))).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"parameters":null}""")]
    [InlineData("""{"parameters":{}}""")]
    [InlineData("""{"parameters":{"unload_dependents":true},"other":[1,{"parameters":{"config":"x"}}]}""")]
    [InlineData("""{"parameters":{"unload_dependents":{"a":[1]}}}""")]
    public void A_load_request_can_have_parameters_without_effect(string body) => RepositoryJson.ReadParameters(Json.Utf8(body));

    [Theory]
    [InlineData("""{"parameters":{"config":"{}"}}""", "config")]
    [InlineData("""{"parameters":{"unload_dependents":true,"file:1/model.onnx":"AAAA"}}""", "file:1/model.onnx")]
    [InlineData("""{"parameters":{"c\u006fnfig":{}}}""", "config")]
    public void A_load_request_cannot_contain_a_model(string body, string name)
        => Assert.Equal(
            $"parameters: a model is loaded as it is on disk; '{name}' is not supported",
            Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadParameters(Json.Utf8(body))).Message);

    [Fact]
    public void Parameters_must_be_an_object()
        => Assert.Equal(
            "parameters should be an object, got an array",
            Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadParameters("""{"parameters":[]}"""u8)).Message);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_body_that_is_not_a_json_object_is_rejected(string body)
    {
        Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadReadyOnly(Json.Utf8(body)));
        Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadParameters(Json.Utf8(body)));
    }

    [Fact]
    public void Excessive_nesting_is_rejected()
        => Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadParameters(Json.Utf8($$"""{"a":{{new string('[', 100_000)}}""")));

    [Fact]
    public void A_body_that_is_not_utf8_is_rejected()
        => Assert.Throws<InvalidInputException>(() => RepositoryJson.ReadReadyOnly([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']));

    [Fact]
    public void An_index_is_an_array_with_the_states_of_Triton()
    {
        RepositoryEntry[] entries =
        [
            new("a", "1", ModelState.Ready), new("b", null, ModelState.Unavailable, "said \"no\""), new("c", "2", ModelState.Loading), new("d", "3", ModelState.Unloading),
        ];

        Assert.Equal(
            """[{"name":"a","version":"1","state":"READY","reason":""},{"name":"b","state":"UNAVAILABLE","reason":"said \u0022no\u0022"},"""
            + """{"name":"c","version":"2","state":"LOADING","reason":""},{"name":"d","version":"3","state":"UNLOADING","reason":""}]""",
            Json.Written(writer => RepositoryJson.WriteIndex(writer, entries)));
        Assert.Equal("[]", Json.Written(writer => RepositoryJson.WriteIndex(writer, [])));
    }
}
