using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.MediaWiki;
using InferenceServices.MediaWiki.Client;
using InferenceServices.RevisionFeatures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.Revscoring;

/// <summary>Tests without a wiki; others are in tests/Functional.Tests/Revscoring.</summary>
public sealed class RevscoringTests : IDisposable
{
    private static readonly RevisionInput Long = new() { Text = string.Join(' ', Enumerable.Range(0, 40_000).Select(number => $"word{number}")), Author = RevisionAuthor.Unknown };
    private static readonly RevisionInput Short = new() { Text = "Words.", Author = RevisionAuthor.Unknown };
    private static readonly LanguageAssets English = new(LanguageAssets.DefaultHunspellDirectory);

    private readonly DirectoryInfo _model = Directory.CreateTempSubdirectory("services-tests-");
    private readonly IHost _host = Host.CreateEmptyApplicationBuilder(null).AddMediaWiki().AddEventGate().Build();

    public RevscoringTests()
    {
        Write("features.txt", "feature.revision.user.is_anon", "feature.wikitext.revision.diff.words_added");
        Write("labels.txt", "false", "true");
    }

    public void Dispose()
    {
        _host.Dispose();
        _model.Delete(recursive: true);
    }

    [Theory]
    [InlineData("enwiki-damaging")]
    [InlineData("frwiki-reverted")]
    [InlineData("zh_yuewiki-articlequality")]
    [InlineData("enwiki-goodfaith")]
    [InlineData("testwiki-damaging")]
    [InlineData("simplewiki-articlequality")]
    [InlineData("eswikibooks-goodfaith")]
    [InlineData("eswikiquote-damaging")]
    [InlineData("enwiktionary-reverted")]
    [InlineData("wikidatawiki-damaging")]
    public void Every_wiki_has_every_kind_of_model(string name) => Assert.Equal(typeof(RevscoringTransformer), InferenceServiceCatalog.Find(name).Transformer.ImplementationType);

    [Theory]
    [InlineData("nowhere-damaging")]
    [InlineData("-damaging")]
    [InlineData("enwiki-drafttopic")]
    public void Unknown_wikis_and_kinds_are_not_services(string name) => Assert.Throws<StartException>(() => InferenceServiceCatalog.Find(name));

    [Theory]
    [InlineData(0.75f, 0.25f, "false")]
    [InlineData(0.25f, 0.75f, "true")]
    [InlineData(0.5f, 0.5f, "false")]
    public async Task The_most_likely_label_is_predicted_the_first_of_equal_ones(float first, float second, string prediction)
    {
        using var transformer = Transformer();
        var request = Request("""{"rev_id":7,"features":{"feature.revision.user.is_anon":true,"feature.wikitext.revision.diff.words_added":3}}""");
        var (inputs, state) = await transformer.PreprocessAsync(transformer.Read(request), CancellationToken.None);
        using var tensors = inputs;
        using var response = new InferResponse { ModelName = "m", Outputs = [new InferOutput("probabilities", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [first, second]))] };

        using var answer = transformer.Postprocess(state, response);

        Assert.Equal([1f, 3f], tensors.Inputs[0].Tensor.Values<float>().ToArray());
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) answer.WriteTo(writer);
        Assert.StartsWith(
            $$$"""{"enwiki":{"models":{"damaging":{"version":"0.5.1"}},"scores":{"7":{"damaging":{"score":{"prediction":{{{prediction}}},"probability":{"false":""",
            Encoding.UTF8.GetString(json.ToArray()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("\"true\"", true)]
    [InlineData("\"True\"", true)]
    [InlineData("\"yes\"", true)]
    [InlineData("\"1\"", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("\"false\"", false)]
    [InlineData("\"0\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    public void Extended_output_is_a_flag_in_any_notation(string value, bool shows)
    {
        using var transformer = Transformer();

        Assert.Equal(shows, transformer.Read(Request($$"""{"rev_id":7,"extended_output":{{value}}}""")).ShowsFeatures);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("\"maybe\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void Other_values_of_extended_output_are_400(string value)
    {
        using var transformer = Transformer();

        var exception = Assert.Throws<InvalidInputException>(() => transformer.Read(Request($$"""{"rev_id":7,"extended_output":{{value}}}""")));

        Assert.Equal($"Expected \"extended_output\" to be true or false, got {value}.", exception.Message);
    }

    [Fact]
    public void An_unknown_feature_fails_startup()
    {
        Write("features.txt", "feature.nonsense");

        Assert.Contains("Unknown feature 'feature.nonsense'", Assert.Throws<StartException>(Transformer).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_dictionary_fails_startup_of_a_model_that_needs_it()
    {
        Write("features.txt", "feature.english.dictionary.revision.diff.dict_word_delta_sum");

        var exception = Assert.Throws<StartException>(() => Transformer(new RevscoringOptions { HunspellDirectory = "/nonexistent" }));

        Assert.Contains("hunspell-en-us", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_revisions_wait_for_each_other_and_short_revisions_do_not_wait()
    {
        using var features = new RevscoringFeatures(English, new RevscoringOptions());
        using var release = new ManualResetEventSlim();
        var lanes = Math.Max(1, Environment.ProcessorCount - 1);
        var running = 0;
        var all = Enumerable.Range(0, lanes + 3).Select(_ => Task.Run(async () => await features.ComputeAsync(
            Long,
            null,
            solution =>
            {
                Interlocked.Increment(ref running);
                release.Wait();
                return Interlocked.Decrement(ref running);
            },
            CancellationToken.None))).ToArray();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref running) == lanes, TimeSpan.FromSeconds(30)));

        var value = await features.ComputeAsync(Short, null, solution => solution.ValueOf(FeatureList.Reverted.Features[1]), CancellationToken.None);

        Assert.Equal(1, value);
        Assert.Equal(lanes, Volatile.Read(ref running));
        release.Set();
        await Task.WhenAll(all);
    }

    private static PredictRequest Request(string body) => new("enwiki-damaging", Encoding.UTF8.GetBytes(body), "test");

    private RevscoringTransformer Transformer() => Transformer(new RevscoringOptions());

    private RevscoringTransformer Transformer(RevscoringOptions options)
        => new(new ServedModel("enwiki-damaging", _model.FullName, "0.5.1"), _host.Services.GetRequiredService<MediaWikiClient>(), _host.Services.GetRequiredService<EventOutbox>(), _host.Services.GetRequiredService<EventAccess>(), Options.Create(options));

    private void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_model.FullName, file), lines);
}
