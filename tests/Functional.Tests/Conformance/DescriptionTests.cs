using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The operations of <c>/openapi.json</c> succeed.</summary>
[Collection(nameof(Executables))]
public sealed class DescriptionTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Every_GET_operation_succeeds(Executable executable)
    {
        var server = executables.Of(executable).Server;
        foreach (var path in (await server.GetAsync("/openapi.json")).AssertOk().Json.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out _)) continue;
            var answer = await server.GetAsync(PathWithVersion(path.Name));
            // Only the server that runs the model has statistics.
            if (executable == Executable.Transformer && path.Name.EndsWith("/stats", StringComparison.Ordinal)) answer.AssertError(501, "not_implemented");
            else Assert.True(answer.Status == 200, $"{path.Name} answered with {answer.Status}: {answer.Body}");
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Every_example_of_a_prediction_succeeds(Executable executable)
    {
        var server = executables.Of(executable).Server;
        var tried = 0;
        foreach (var path in (await server.GetAsync("/openapi.json")).AssertOk().Json.GetProperty("paths").EnumerateObject())
        {
            if (!path.Name.EndsWith(":predict", StringComparison.Ordinal) && !path.Name.EndsWith("/infer", StringComparison.Ordinal)) continue;
            var content = path.Value.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            if (!content.TryGetProperty("example", out var example)) continue;

            var answer = await server.PostAsync(PathWithVersion(path.Name), example.GetRawText());

            Assert.True(answer.Status == 200, $"{path.Name} answered its own example with {answer.Status}: {answer.Body}");
            tried++;
        }
        Assert.InRange(tried, 3, 100);
    }

    private static string PathWithVersion(string path) => path.Replace("{modelVersion}", path.Contains("/versioned/", StringComparison.Ordinal) ? "2" : "1", StringComparison.Ordinal);
}
