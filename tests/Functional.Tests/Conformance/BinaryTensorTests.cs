using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The binary tensor data extension.</summary>
[Collection(nameof(Executables))]
public sealed class BinaryTensorTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Binary_inputs_get_the_same_response_as_json_inputs(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.BinaryV2();
        request["id"] = "7";
        var json = subject.V2();
        json["id"] = "7";

        var answer = await SendAsync(subject, request.ToJsonString(), subject.InputBytes);

        answer.AssertOk((await subject.InferAsync(json)).AssertOk().Body);
        Assert.False(answer.Headers.Contains(BinaryAnswer.Header));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Outputs_are_binary_if_the_request_or_the_output_requests_it(Executable executable)
    {
        var subject = executables.Of(executable);
        var outputs = await subject.OutputsAsync();
        var byRequest = subject.BinaryV2();
        byRequest["parameters"] = new JsonObject { ["binary_data_output"] = true };
        var byOutput = subject.BinaryV2();
        byOutput["outputs"] = new JsonArray([.. outputs.Select(name => Output(name, true))]);
        var listed = subject.BinaryV2();
        listed["parameters"] = new JsonObject { ["binary_data_output"] = true };
        listed["outputs"] = new JsonArray([.. outputs.Select(name => Output(name, null))]);

        var answer = await BinaryAnswer.PostAsync(subject.Server, subject.Infer, byRequest, subject.InputBytes);

        Assert.NotEmpty(answer.Bytes);
        Assert.Equal(answer.Bytes.Length, answer.Json.GetProperty("outputs").EnumerateArray().Sum(SizeOf));
        Assert.All(answer.Json.GetProperty("outputs").EnumerateArray(), output => Assert.False(output.TryGetProperty("data", out _)));
        foreach (var request in new[] { byOutput, listed })
            Assert.Equal(answer.Bytes, (await BinaryAnswer.PostAsync(subject.Server, subject.Infer, request, subject.InputBytes)).Bytes);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_parameter_of_an_output_overrides_the_parameter_of_the_request(Executable executable)
    {
        var subject = executables.Of(executable);
        var outputs = await subject.OutputsAsync();
        var request = subject.BinaryV2();
        request["parameters"] = new JsonObject { ["binary_data_output"] = true };
        request["outputs"] = new JsonArray([.. outputs.Select((name, i) => Output(name, i > 0))]);

        if (outputs.Length == 1)
        {
            (await SendAsync(subject, request.ToJsonString(), subject.InputBytes)).AssertOk();
            return;
        }
        var answer = await BinaryAnswer.PostAsync(subject.Server, subject.Infer, request, subject.InputBytes);
        Assert.True(answer.Json.GetProperty("outputs")[0].TryGetProperty("data", out _));
        Assert.Equal(answer.Bytes.Length, SizeOf(answer.Json.GetProperty("outputs")[1]));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_body_without_json_is_the_only_input_and_the_response_is_binary(Executable executable)
    {
        var subject = executables.Of(executable);
        // The BYTES element has no length prefix: the body is the element.
        var raw = subject.IsService ? subject.InputBytes[4..] : subject.InputBytes;
        using var message = BinaryAnswer.Message(subject.Infer, [], raw);
        using var response = await subject.Server.Client.SendAsync(message);
        var answer = BinaryAnswer.Of(response, await response.Content.ReadAsByteArrayAsync());
        var request = subject.BinaryV2();
        request["parameters"] = new JsonObject { ["binary_data_output"] = true };

        Assert.Equal((await BinaryAnswer.PostAsync(subject.Server, subject.Infer, request, subject.InputBytes)).Bytes, answer.Bytes);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("")]
    [EachExecutable(" ")]
    [EachExecutable("-1")]
    [EachExecutable("+1")]
    [EachExecutable("1.0")]
    [EachExecutable("0x1")]
    [EachExecutable("1,1")]
    [EachExecutable("100000")]
    [EachExecutable("2147483648")]
    [EachExecutable("99999999999999999999")]
    [EachExecutable("１")]
    [EachExecutable("many")]
    public async Task An_invalid_json_length_is_rejected(Executable executable, string length)
    {
        var subject = executables.Of(executable);
        var json = Encoding.UTF8.GetBytes(subject.BinaryV2().ToJsonString());
        using var message = BinaryAnswer.Message(subject.Infer, json, subject.InputBytes, length);

        var error = (await Answer.OfAsync(await subject.Server.Client.SendAsync(message))).AssertError(400, "invalid_input");

        Assert.StartsWith($"{BinaryAnswer.Header} should be a whole number from 0 to the body's {json.Length + subject.InputBytes.Length} bytes, got '", error, StringComparison.Ordinal);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Every_wrong_json_length_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        var json = Encoding.UTF8.GetBytes(subject.BinaryV2().ToJsonString());
        for (var length = 1; length <= json.Length + subject.InputBytes.Length; length++)
        {
            if (length == json.Length) continue;
            using var message = BinaryAnswer.Message(subject.Infer, json, subject.InputBytes, $"{length}");

            (await Answer.OfAsync(await subject.Server.Client.SendAsync(message))).AssertError(400, "invalid_input");
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Missing_surplus_and_misdeclared_bytes_are_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        var input = subject.At("input 'NAME' for model '{model}'").Replace("NAME", Subject.NameOf(JsonElement.Parse(subject.InputJson)), StringComparison.Ordinal);
        var good = subject.BinaryV2().ToJsonString();

        Assert.StartsWith(
            $"unexpected size for {input.Replace(" for", ", expecting 1 additional bytes for", StringComparison.Ordinal)}",
            (await SendAsync(subject, good, subject.InputBytes[..^1])).AssertError(400, "invalid_input"),
            StringComparison.Ordinal);
        (await SendAsync(subject, good, [.. subject.InputBytes, 0])).AssertError(
            400, "invalid_input", subject.At("unexpected additional input data for model '{model}'"));
        foreach (var size in new[] { "-1", "1.5", "\"16\"", "null", "true", "2147483648", $"{subject.InputBytes.Length - 1}" })
        {
            var request = subject.BinaryV2();
            request["inputs"]![0]!["parameters"]!["binary_data_size"] = JsonNode.Parse(size);
            (await SendAsync(subject, request.ToJsonString(), subject.InputBytes)).AssertError(400, "invalid_input");
        }
        var both = subject.V2();
        both["inputs"]![0]!["parameters"] = new JsonObject { ["binary_data_size"] = subject.InputBytes.Length };
        (await SendAsync(subject, both.ToJsonString(), subject.InputBytes)).AssertError(400, "invalid_input");
    }

    private static JsonObject Output(string name, bool? isBinary)
        => new() { ["name"] = name, ["parameters"] = isBinary is { } binary ? new JsonObject { ["binary_data"] = binary } : new JsonObject() };

    private static int SizeOf(JsonElement output) => output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();

    private static async Task<Answer> SendAsync(Subject subject, string json, byte[] bytes)
    {
        using var message = BinaryAnswer.Message(subject.Infer, Encoding.UTF8.GetBytes(json), bytes);
        return await Answer.OfAsync(await subject.Server.Client.SendAsync(message));
    }
}
