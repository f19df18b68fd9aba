using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The repository API and model statistics.</summary>
[Collection(nameof(Executables))]
public sealed class RepositoryTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("")]
    [EachExecutable("{}")]
    [EachExecutable("""{"ready":true}""")]
    public async Task The_index_lists_the_ready_models(Executable executable, string body)
    {
        var subject = executables.Of(executable);

        var index = (await subject.Server.PostAsync("/v2/repository/index", body)).AssertOk().Json.EnumerateArray().ToArray();

        Assert.Equal(subject.At("""{"name":"{model}","version":"1","state":"READY","reason":""}"""), index.Single(entry => Subject.NameOf(entry) == subject.Model).GetRawText());
        var listed = (await subject.Server.GetAsync("/v2/models")).AssertOk().Json.GetProperty("models").EnumerateArray().Select(name => name.GetString());
        Assert.Equal(listed.Order(), index.Select(Subject.NameOf).Distinct().Order());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_model_can_be_loaded_and_unloaded_and_a_service_cannot(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var operation in new[] { "unload", "load" })
        {
            var answer = await subject.Server.PostAsync(subject.At($"/v2/repository/models/{{model}}/{operation}"), "{}");
            if (subject.IsService)
            {
                answer.AssertError(501, "not_implemented", $"The model of the service langid comes and goes with its server, which takes no {operation}.");
                continue;
            }
            answer.AssertOk(subject.At($$"""{"name":"{model}","{{operation}}":true}"""));
            var now = await subject.Server.PostAsync(subject.Predict, subject.V1);
            if (operation == "load") now.AssertOk();
            else now.AssertError(404, "model_not_found");
        }
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("load")]
    [EachExecutable("unload")]
    public async Task Unknown_models_and_invalid_bodies_are_rejected(Executable executable, string operation)
    {
        var subject = executables.Of(executable);

        (await subject.Server.PostAsync($"/v2/repository/models/other/{operation}", "{}")).AssertError(404, "model_not_found", "Model with name other does not exist.");
        foreach (var body in new[] { "{", "[]", "load", """{"parameters":{"config":"{}"}}""" })
            (await subject.Server.PostAsync(subject.At($"/v2/repository/models/{{model}}/{operation}"), body)).AssertError(400, "invalid_input");
        (await subject.Server.PostAsync("/v2/repository/index", """{"ready":"yes"}""")).AssertError(400, "invalid_input", "ready should be a boolean, got a string");
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/v2/models/stats")]
    [EachExecutable("/v2/models/{model}/stats")]
    [EachExecutable("/v2/models/{model}/versions/1/stats")]
    public async Task Only_the_server_that_runs_the_model_has_statistics(Executable executable, string path)
    {
        var subject = executables.Of(executable);
        var before = await CountAsync(subject, path);

        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
        (await subject.InferAsync(subject.V2())).AssertOk();

        Assert.Equal(executable == Executable.Transformer ? null : before + 2, await CountAsync(subject, path));
    }

    private static async Task<long?> CountAsync(Subject subject, string path)
    {
        var answer = await subject.Server.GetAsync(subject.At(path));
        if (answer.Status == 501)
        {
            answer.AssertError(501, "not_implemented", "This server runs no model of its own; ask the predictor for statistics.");
            return null;
        }
        return answer.AssertOk().Json.GetProperty("model_stats").EnumerateArray()
            .Single(model => Subject.NameOf(model) == subject.Model)
            .GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt64();
    }
}
