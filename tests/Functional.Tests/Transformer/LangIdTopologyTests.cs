using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>One service folder, two topologies, the same answers.</summary>
[Collection(LangIdShared.Name)]
public sealed class LangIdTopologyTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Infer = "/v2/models/langid/infer";

    public static TheoryData<string> GoldenFiles
        => new(Directory.GetFiles(Path.Combine(Checkout.Root, "src/Services/LangId/fixtures"), "*.json").Select(path => Path.GetFileName(path)));

    [NeedsLangIdModelTheory]
    [MemberData(nameof(GoldenFiles))]
    public async Task Answers_are_those_of_Debians_fasttext(string file)
    {
        var golden = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "src/Services/LangId/fixtures", file)))!;
        var tolerance = (double)golden["score_tolerance"]!;

        foreach (var pair in golden["pairs"]!.AsArray())
        {
            var answer = (await servers.Collocated.PostAsync(Predict, pair!["request"]!.ToJsonString())).AssertOk().Json;
            var expected = pair["answer"]!;

            foreach (var key in new[] { "language", "wikicode", "languagename" }) Assert.Equal((string?)expected[key], (string?)answer[key]);
            Assert.Equal((double)expected["score"]!, (double)answer["score"]!, tolerance);
        }
    }

    [NeedsLangIdModelFact]
    public async Task Split_and_collocated_answer_the_same_bytes_over_V1()
    {
        foreach (var body in RealBodies())
        {
            var collocated = await servers.Collocated.PostAsync(Predict, body);
            var split = await servers.Split.PostAsync(Predict, body);

            Assert.Equal(collocated.AssertOk().Body, split.AssertOk().Body);
        }
    }

    [NeedsLangIdModelFact]
    public async Task V2_carries_the_bodies_of_V1_and_their_answers()
    {
        foreach (var bodies in RealBodies().Chunk(7))
        {
            var request = V2(bodies);
            var collocated = (await servers.Collocated.PostAsync(Infer, request)).AssertOk();
            var split = (await servers.Split.PostAsync(Infer, request)).AssertOk();
            var expected = new List<string>();
            foreach (var body in bodies) expected.Add((await servers.Collocated.PostAsync(Predict, body)).Body);

            Assert.Equal(collocated.Body, split.Body);
            var output = Assert.Single(collocated.Json["outputs"]!.AsArray())!;
            Assert.Equal(("output", "BYTES", (long)bodies.Length), ((string?)output["name"], (string?)output["datatype"], (long)output["shape"]![0]!));
            Assert.Equal(expected, output["data"]!.AsArray().Select(answer => (string?)answer));
        }
    }

    [NeedsLangIdModelFact]
    public async Task Requests_at_the_same_time_do_not_mix()
    {
        var bodies = RealBodies().ToArray();
        var alone = new Dictionary<string, string>();
        foreach (var body in bodies) alone[body] = (await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body;

        await Parallel.ForEachAsync(
            bodies.Concat(bodies),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (body, _) => Assert.Equal(alone[body], (await servers.Split.PostAsync(Predict, body)).AssertOk().Body));
    }

    [NeedsLangIdModelFact]
    public async Task Metadata_show_the_service_and_not_its_model()
    {
        var metadata = (await servers.Split.GetAsync("/v2/models/langid")).AssertOk().Json;

        Assert.Equal(("input", "BYTES"), ((string?)metadata["inputs"]![0]!["name"], (string?)metadata["inputs"]![0]!["datatype"]));
        Assert.Equal("""{"models":["langid"]}""", (await servers.Split.GetAsync("/v1/models")).AssertOk().Body);
        Assert.Equal("""{"name":"langid","ready":true}""", (await servers.Split.GetAsync("/v1/models/langid")).AssertOk().Body);
        Assert.Equal("""{"ready":true}""", (await servers.Split.GetAsync("/v2/health/ready")).AssertOk().Body);
    }

    [NeedsLangIdModelTheory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    public async Task The_content_type_does_not_matter(string? contentType)
    {
        var answer = await servers.Collocated.PostAsync(Predict, """{"text":"Some random text in any language"}"""u8.ToArray(), contentType);

        Assert.Equal("en", (string?)answer.AssertOk().Json["language"]);
    }

    /// <summary>A few hundred texts of all languages there are; a handful made up where the real ones are absent.</summary>
    private static IEnumerable<string> RealBodies()
    {
        var texts = TestData.Missing is null
            ? TestData.Texts().Where((_, i) => i % 30 == 0).Select(entry => entry.Text)
            : ["Some random text in any language", "Això és una prova.", "これは言語を判定するサービスです。"];
        return texts.Select(text => JsonSerializer.Serialize(new { text }));
    }

    private static string V2(string[] bodies)
        => JsonSerializer.Serialize(new { id = "chosen", inputs = new[] { new { name = "input", shape = new[] { bodies.Length }, datatype = "BYTES", data = bodies } } });
}
