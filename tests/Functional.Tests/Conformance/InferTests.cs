using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>V2 inference in JSON.</summary>
[Collection(nameof(Executables))]
public sealed class InferTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_response_has_the_fields_of_the_protocol_and_no_nulls(Executable executable)
    {
        var subject = executables.Of(executable);

        var answer = (await subject.InferAsync(subject.V2())).AssertOk().Json;

        Assert.Equal(["model_name", "model_version", "id", "outputs"], answer.EnumerateObject().Select(field => field.Name));
        Assert.Equal(await subject.OutputsAsync(), answer.GetProperty("outputs").EnumerateArray().Select(Subject.NameOf));
        foreach (var output in answer.GetProperty("outputs").EnumerateArray())
            Assert.Equal(["name", "shape", "datatype", "data"], output.EnumerateObject().Select(field => field.Name));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("7")]
    [EachExecutable("")]
    [EachExecutable("my \"id\"\n é日")]
    public async Task The_response_has_the_id_of_the_request(Executable executable, string id)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        request["id"] = id;

        Assert.Equal(id, (await subject.InferAsync(request)).AssertOk().Json.GetProperty("id").GetString());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Requested_outputs_are_returned_in_the_requested_order(Executable executable)
    {
        var subject = executables.Of(executable);
        string[] backwards = [.. (await subject.OutputsAsync()).Reverse()];

        var all = (await subject.InferAsync(RequestOutputs(subject, backwards))).AssertOk().Json.GetProperty("outputs");
        var one = (await subject.InferAsync(RequestOutputs(subject, backwards[0]))).AssertOk().Json.GetProperty("outputs");

        Assert.Equal(backwards, all.EnumerateArray().Select(Subject.NameOf));
        Assert.Equal(all[0].GetRawText(), Assert.Single(one.EnumerateArray()).GetRawText());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_unknown_or_duplicate_requested_output_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        var output = (await subject.OutputsAsync())[0];

        (await subject.InferAsync(RequestOutputs(subject, output, "none"))).AssertError(
            400, "invalid_input", subject.At($"unexpected inference output 'none' for model '{{model}}'. Expected '{string.Join("', '", await subject.OutputsAsync())}'"));
        (await subject.InferAsync(RequestOutputs(subject, output, output))).AssertError(400, "invalid_input", $"output '{output}' already exists in request");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Classification_requires_a_numeric_output(Executable executable)
    {
        var subject = executables.Of(executable);
        var output = (await subject.OutputsAsync())[^1];
        var request = RequestOutputs(subject, output);
        request["outputs"]![0]!["parameters"] = new JsonObject { ["classification"] = 2 };

        var answer = await subject.InferAsync(request);

        if (subject.IsService) answer.AssertError(400, "invalid_input", $"class result not available for output '{output}' due to unsupported type 'BYTES'");
        else Assert.Equal("[1,2]", answer.AssertOk().Json.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Unknown_fields_are_ignored_and_datatypes_may_be_lowercase(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        var expected = (await subject.InferAsync(request)).AssertOk().Json.GetProperty("outputs").GetRawText();
        var input = request["inputs"]![0]!;
        input["datatype"] = ((string)input["datatype"]!).ToLowerInvariant();
        input["unknown"] = new JsonArray(1, "a");
        input["parameters"] = new JsonObject { ["own"] = 1.5 };
        request["parameters"] = new JsonObject { ["content_type"] = "np", ["priority"] = 1, ["flag"] = true };
        request["unknown"] = new JsonObject();

        Assert.Equal(expected, (await subject.InferAsync(request)).AssertOk().Json.GetProperty("outputs").GetRawText());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("shape", "[2,4]")]
    [EachExecutable("shape", "[-1]")]
    [EachExecutable("shape", "[4611686018427387904,4]")]
    [EachExecutable("shape", "\"1\"")]
    [EachExecutable("shape", null)]
    [EachExecutable("datatype", "\"INT16\"")]
    [EachExecutable("datatype", "\"FP16\"")]
    [EachExecutable("datatype", "\"COMPLEX\"")]
    [EachExecutable("datatype", null)]
    [EachExecutable("data", "[{}]")]
    [EachExecutable("data", "7")]
    [EachExecutable("data", null)]
    [EachExecutable("name", "5")]
    [EachExecutable("name", null)]
    [EachExecutable("parameters", """{"binary_data_size":4}""")]
    [EachExecutable("parameters", """{"triton_x":4}""")]
    public async Task An_invalid_input_is_rejected(Executable executable, string field, string? json)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        if (json is null) ((JsonObject)request["inputs"]![0]!).Remove(field);
        else request["inputs"]![0]![field] = JsonNode.Parse(json);

        (await subject.InferAsync(request)).AssertError(400, "invalid_input");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Missing_and_duplicate_inputs_are_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        var twice = subject.V2();
        ((JsonArray)twice["inputs"]!).Add(twice["inputs"]![0]!.DeepClone());

        foreach (var request in new[] { twice, new JsonObject { ["inputs"] = new JsonArray() }, new JsonObject { ["id"] = "7" } })
            (await subject.InferAsync(request)).AssertError(400, "invalid_input");
    }

    private static JsonObject RequestOutputs(Subject subject, params string[] outputs)
    {
        var request = subject.V2();
        request["outputs"] = new JsonArray([.. outputs.Select(name => new JsonObject { ["name"] = name })]);
        return request;
    }
}
