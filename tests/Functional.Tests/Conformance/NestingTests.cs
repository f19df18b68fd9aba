using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The maximum depth of JSON.</summary>
[Collection(nameof(Executables))]
public sealed class NestingTests(Executables executables)
{
    private const string TooDeep = "JSON nesting depth exceeds maximum allowed limit (100)";

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Nesting_beyond_a_hundred_levels_is_rejected_with_the_message_of_Triton(Executable executable)
    {
        var subject = executables.Of(executable);
        var fields = subject.IsService ? [("other", subject.Predict), ("other", subject.Infer)] : new[]
        {
            ("instances", subject.Predict), ("inputs", subject.Predict), ("other", subject.Predict), ("inputs", subject.Infer), ("parameters", subject.Infer), ("other", subject.Infer),
        };
        foreach (var (field, path) in fields)
        {
            foreach (var open in new[] { "[", """{"a":""" })
            {
                foreach (var depth in new[] { 101, 1_000, 100_000 })
                {
                    var body = $$"""{"{{field}}":{{string.Concat(Enumerable.Repeat(open, depth - 1))}}""";
                    (await subject.Server.PostAsync(path, body)).AssertError(400, "invalid_input", TooDeep);
                }
            }
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Nesting_of_a_hundred_levels_is_accepted(Executable executable)
    {
        var subject = executables.Of(executable);
        var deep = $"\"other\":{new string('[', 99)}{new string(']', 99)},";

        (await subject.Server.PostAsync(subject.Predict, subject.V1.Insert(1, deep))).AssertOk();
        (await subject.Server.PostAsync(subject.Infer, subject.V2().ToJsonString().Insert(1, deep))).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_syntax_error_is_not_reported_as_nesting(Executable executable)
    {
        var subject = executables.Of(executable);

        Assert.NotEqual(TooDeep, (await subject.Server.PostAsync(subject.Predict, $$"""{"other":{{new string('[', 99)}}x""")).AssertError(400, "invalid_input"));
    }
}
