using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary><c>:predict</c> and <c>:explain</c>.</summary>
[Collection(nameof(Executables))]
public sealed class PredictTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(null)]
    [EachExecutable("application/json")]
    [EachExecutable("application/json; charset=utf-8")]
    [EachExecutable("application/x-www-form-urlencoded")]
    [EachExecutable("application/octet-stream")]
    [EachExecutable("application/ld+json")]
    [EachExecutable("text/plain")]
    public async Task Every_content_type_is_accepted(Executable executable, string? contentType)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        request["id"] = "7";

        (await subject.Server.PostAsync(subject.Predict, RunningServer.Json(subject.V1, contentType)))
            .AssertOk((await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body);
        (await subject.Server.PostAsync(subject.Infer, RunningServer.Json(request.ToJsonString(), contentType)))
            .AssertOk((await subject.InferAsync(request)).AssertOk().Body);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task White_space_around_a_body_and_unknown_keys_are_ignored(Executable executable)
    {
        var subject = executables.Of(executable);
        var expected = (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body;

        foreach (var body in new[] { $" \r\n\t{subject.V1}\n ", subject.V1.Insert(1, "\"unknown\":{\"a\":[null,1e3,\"\\u00e9\"]},") })
            (await subject.Server.PostAsync(subject.Predict, body)).AssertOk(expected);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Explain_requires_an_explainer(Executable executable)
    {
        var subject = executables.Of(executable);
        if (executable == Executable.Explainer)
        {
            Assert.Equal(["explanations", "meta"], (await subject.Server.PostAsync(subject.Explain, subject.V1)).AssertOk().Json.EnumerateObject().Select(field => field.Name));
            return;
        }

        (await subject.Server.PostAsync(subject.Explain, subject.V1)).AssertError(
            501, "not_implemented", subject.At("Model {model} has no explainer in this server; ask the explainer component for :explain."));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_escaped_colon_in_the_path_is_a_colon(Executable executable)
    {
        var subject = executables.Of(executable);

        (await subject.Server.PostAsync(subject.Predict.Replace(":", "%3A", StringComparison.Ordinal), subject.V1)).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Concurrent_requests_get_the_same_responses_as_sequential_ones(Executable executable)
    {
        var subject = executables.Of(executable);
        var expected = (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body;

        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            if (i % 3 == 0) (await subject.Server.PostAsync(subject.Predict, "{")).AssertError(400, "invalid_input");
            else (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk(expected);
        });
    }
}
