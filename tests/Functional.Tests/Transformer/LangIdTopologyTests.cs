using System.Text.Json;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>One service directory, two topologies, equal responses.</summary>
[Collection(LangIdShared.Name)]
public sealed class LangIdTopologyTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Infer = "/v2/models/langid/infer";

    public static TheoryData<string> GoldenFiles
        => new(Directory.GetFiles(Path.Combine(Checkout.Root, "src/Services/LangId/fixtures"), "*.json").Select(path => Path.GetFileName(path)));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(GoldenFiles))]
    public async Task Predictions_agree_with_fasttext_from_Debian(string file)
    {
        var golden = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "src/Services/LangId/fixtures", file)));
        var tolerance = golden.GetProperty("score_tolerance").GetDouble();

        foreach (var pair in golden.GetProperty("pairs").EnumerateArray())
        {
            var answer = (await servers.Collocated.PostAsync(Predict, pair.GetProperty("request").GetRawText())).AssertOk().Json;
            var expected = pair.GetProperty("answer");

            foreach (var key in new[] { "language", "wikicode", "languagename" })
                Assert.Equal(expected.GetProperty(key).GetString(), answer.GetProperty(key).GetString());
            Assert.Equal(expected.GetProperty("score").GetDouble(), answer.GetProperty("score").GetDouble(), tolerance);
        }
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Split_collocated_and_explainer_return_the_same_bytes_over_V1()
    {
        foreach (var body in RealBodies())
        {
            var collocated = await servers.Collocated.PostAsync(Predict, body);
            var split = await servers.Split.PostAsync(Predict, body);

            Assert.Equal(collocated.AssertOk().Body, split.AssertOk().Body);
            (await servers.Explainer.PostAsync(Predict, body)).AssertOk(collocated.Body);
        }
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task V2_requests_and_responses_contain_the_bodies_of_V1()
    {
        foreach (var bodies in RealBodies().Chunk(7))
        {
            var request = V2(bodies);
            var collocated = (await servers.Collocated.PostAsync(Infer, request)).AssertOk();
            var split = (await servers.Split.PostAsync(Infer, request)).AssertOk();
            var expected = new List<string>();
            foreach (var body in bodies) expected.Add((await servers.Collocated.PostAsync(Predict, body)).Body);

            Assert.Equal(collocated.Body, split.Body);
            var output = Assert.Single(collocated.Json.GetProperty("outputs").EnumerateArray());
            Assert.Equal(("output", "BYTES"), (output.GetProperty("name").GetString(), output.GetProperty("datatype").GetString()));
            Assert.Equal(bodies.Length, output.GetProperty("shape")[0].GetInt64());
            Assert.Equal(expected, output.GetProperty("data").EnumerateArray().Select(answer => answer.GetString()));
        }
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Concurrent_requests_get_their_own_responses()
    {
        var bodies = RealBodies().ToArray();
        var alone = new Dictionary<string, string>();
        foreach (var body in bodies) alone[body] = (await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body;

        await Parallel.ForEachAsync(
            bodies.Concat(bodies),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (body, _) => Assert.Equal(alone[body], (await servers.Split.PostAsync(Predict, body)).AssertOk().Body));
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Metadata_describe_the_service_and_not_its_model()
    {
        var metadata = (await servers.Split.GetAsync("/v2/models/langid")).AssertOk().Json;

        var input = metadata.GetProperty("inputs")[0];
        Assert.Equal(("input", "BYTES"), (input.GetProperty("name").GetString(), input.GetProperty("datatype").GetString()));
        (await servers.Split.GetAsync("/v1/models")).AssertOk("""{"models":["langid"]}""");
        (await servers.Split.GetAsync("/v1/models/langid")).AssertOk("""{"name":"langid","ready":true}""");
        (await servers.Split.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
    }

    /// <summary>A few hundred texts in all languages; a few built-in texts if the files are missing.</summary>
    private static IEnumerable<string> RealBodies()
    {
        var texts = TestData.HasFastText
            ? TestData.Texts().Where((_, i) => i % 30 == 0).Select(entry => entry.Text)
            : ["Some random text in any language", "Això és una prova.", "これは言語を判定するサービスです。"];
        return texts.Select(text => JsonSerializer.Serialize(new { text }));
    }

    private static string V2(string[] bodies)
        => JsonSerializer.Serialize(new { id = "chosen", inputs = new[] { new { name = "input", shape = new[] { bodies.Length }, datatype = "BYTES", data = bodies } } });
}
