using System.Text.Json;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Metadata and readiness of models.</summary>
[Collection(nameof(Executables))]
public sealed class ModelTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task V1_and_V2_list_the_same_models(Executable executable)
    {
        var subject = executables.Of(executable);

        var listed = (await subject.Server.GetAsync("/v1/models")).AssertOk();

        var names = listed.Json.GetProperty("models").EnumerateArray().Select(name => name.GetString()!).ToArray();
        Assert.Equal($$"""{"models":["{{string.Join("\",\"", names)}}"]}""", listed.Body);
        Assert.Equal(executable switch { Executable.Predictor => Predictor.PredictorFixture.ModelNames.Order(), Executable.Transformer => ["langid"], _ => ["langid", "langid-explainer"] }, names.Order());
        (await subject.Server.GetAsync("/v2/models")).AssertOk(listed.Body);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/v1/models/{model}")]
    [EachExecutable("/v2/models/{model}/ready")]
    [EachExecutable("/v2/models/{model}/versions/1/ready")]
    public async Task A_loaded_model_is_ready(Executable executable, string path)
    {
        var subject = executables.Of(executable);

        (await subject.Server.GetAsync(subject.At(path))).AssertOk(subject.At("""{"name":"{model}","ready":true}"""));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Model_metadata_are_the_same_for_every_path_of_the_version(Executable executable)
    {
        var subject = executables.Of(executable);

        var whole = (await subject.Server.GetAsync(subject.At("/v2/models/{model}"))).AssertOk();

        Assert.Equal(["name", "versions", "platform", "inputs", "outputs"], whole.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(subject.Model, Subject.NameOf(whole.Json));
        Assert.Equal(["1"], whole.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        foreach (var tensor in whole.Json.GetProperty("inputs").EnumerateArray().Concat(whole.Json.GetProperty("outputs").EnumerateArray()))
            Assert.Equal(["name", "datatype", "shape"], tensor.EnumerateObject().Select(field => field.Name));
        (await subject.Server.GetAsync(subject.At("/v2/models/{model}/versions/1"))).AssertOk(whole.Body);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/v2/models/{model}/config")]
    [EachExecutable("/v2/models/{model}/versions/1/config")]
    public async Task Configuration_agrees_with_metadata_and_has_the_format_of_Triton(Executable executable, string path)
    {
        var subject = executables.Of(executable);
        var metadata = (await subject.Server.GetAsync(subject.At("/v2/models/{model}"))).AssertOk().Json;

        var config = (await subject.Server.GetAsync(subject.At(path))).AssertOk().Json;

        Assert.Equal((subject.Model, 0), (Subject.NameOf(config), config.GetProperty("max_batch_size").GetInt32()));
        Assert.Equal(metadata.GetProperty("platform").GetString(), config.GetProperty("platform").GetString());
        Assert.Equal(Tensors(metadata, "inputs", "shape"), Tensors(config, "input", "dims"));
        Assert.Equal(Tensors(metadata, "outputs", "shape"), Tensors(config, "output", "dims"));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_version_can_be_named_in_the_path(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        request["id"] = "7";

        var answer = (await subject.InferAsync(request)).AssertOk();

        Assert.Equal((subject.Model, "1"), (answer.Json.GetProperty("model_name").GetString(), answer.Json.GetProperty("model_version").GetString()));
        (await subject.Server.PostAsync(subject.At("/v2/models/{model}/versions/1/infer"), request.ToJsonString())).AssertOk(answer.Body);
    }

    private static IEnumerable<(string, string)> Tensors(JsonElement model, string list, string shape)
        => model.GetProperty(list).EnumerateArray().Select(tensor => (Subject.NameOf(tensor), tensor.GetProperty(shape).GetRawText()));
}
