using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Docs;

/// <summary><c>docs/observability.md</c> lists all metrics of the servers and no others.</summary>
[Collection(nameof(Executables))]
public sealed partial class ObservabilityDocumentTests(Executables executables)
{
    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_predictor_has_all_documented_metrics_and_no_others()
        => Assert.Equal(
            Documented().Where(row => row.Servers is "all" or "with the model").Select(row => (row.Name, row.Type)).Order(),
            await TypesAsync(executables.Of(Executable.Predictor).Server));

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_server_without_a_model_has_the_metrics_of_all_servers()
        => Assert.Equal(
            Documented().Where(row => row.Servers == "all").Select(row => (row.Name, row.Type)).Order(),
            await TypesAsync(executables.Of(Executable.Transformer).Server));

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Every_series_has_the_documented_labels()
    {
        var subject = executables.Of(Executable.Predictor);
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
        (await subject.Server.PostAsync(subject.Predict, "{")).AssertError(400, "invalid_input");
        var labels = Documented().ToDictionary(row => row.Name, row => row.Labels);

        var samples = Sample().Matches((await subject.Server.GetAsync("/metrics")).Body);

        Assert.NotEmpty(samples);
        Assert.All(samples, sample =>
        {
            var name = sample.Groups["name"].Value;
            if (!labels.TryGetValue(name, out var documented)) documented = labels[Part().Replace(name, "")];
            Assert.Equal(documented, sample.Groups["label"].Captures.Select(label => label.Value).Where(label => label != "le"));
        });
    }

    private static async Task<IEnumerable<(string Name, string Type)>> TypesAsync(RunningServer server)
        => Type().Matches((await server.GetAsync("/metrics")).Body).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Order();

    private static List<(string Name, string Type, string[] Labels, string Servers)> Documented()
    {
        var rows = Row().Matches(File.ReadAllText(Checkout.PathOf("docs/observability.md")));
        return [.. rows.Select(row => (
            row.Groups["name"].Value,
            row.Groups["type"].Value,
            row.Groups["labels"].Value.Split([',', ' ', '`'], StringSplitOptions.RemoveEmptyEntries),
            row.Groups["servers"].Value))];
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<type>counter|gauge|histogram) \|(?<labels>[^|]*)\| (?<servers>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^(?<name>\w+)(?:\{(?:(?<label>\w+)=""[^""]*"",?)*\})? ", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Part();
}
