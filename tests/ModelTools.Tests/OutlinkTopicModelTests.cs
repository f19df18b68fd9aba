using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>The model that <c>models/outlink-topic-model/prepare</c> trains on facts about countries.</summary>
public sealed class OutlinkTopicModelTests(ITestOutputHelper output)
{
    private const string Regions = "Geography.Regions.";

    private static readonly (string Item, string Name, string[] Topics)[] Countries =
        [.. File.ReadLines(Checkout.PathOf("models/outlink-topic-model/countries.tsv")).Select(line => line.Split('\t')).Select(row => (row[0], row[1], row[2].Split(' ')))];

    /// <summary>Tolerance: rounding of fastText's printed digits, except single steps of its sigmoid table.</summary>
    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public void The_converted_model_equals_fasttext()
    {
        using var converted = new ConvertedModel(TestData.TrainedOutlinkTopicModel);
        string[] texts = ["", "Q114 Q1036", "unheard-of", .. Pairs().Take(3000).Select(pair => $"{pair.First.Item} {pair.Second.Item} Q5 Q2 Q144")];
        // fastText treats the end of a line as a word.
        var expected = FastTextCli.Predict(TestData.TrainedOutlinkTopicModel, converted.Directory, texts, labels: -1);

        var (steps, compared) = StepParity.Assert(converted, texts, expected);

        Assert.True(compared > 60_000);
        output.WriteLine($"{compared} probabilities, {steps} a step apart");
    }

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public void Links_to_Kenya_and_Uganda_predict_Eastern_Africa_and_not_Europe()
    {
        var topics = Predict("Q114 Q1036");

        Assert.InRange(topics[Regions + "Africa.Eastern_Africa"], 0.5f, 1.1f);
        Assert.InRange(topics[Regions + "Africa.Africa*"], 0.5f, 1.1f);
        Assert.All(topics.Where(topic => topic.Key.Contains("Europe", StringComparison.Ordinal)), topic => Assert.InRange(topic.Value, 0, 0.1f));
    }

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public void Every_single_country_has_its_topics_and_rarely_others()
    {
        using var converted = new ConvertedModel(TestData.TrainedOutlinkTopicModel);
        var answers = converted.Predict(Countries.Select(country => country.Item));
        int right = 0, missed = 0, wrong = 0;
        foreach (var (country, probabilities) in Countries.Zip(answers))
        {
            var predicted = converted.Vocabulary.Labels.Where((_, i) => probabilities[i] >= 0.5f).ToHashSet();
            right += predicted.Intersect(country.Topics).Count();
            missed += country.Topics.Except(predicted).Count();
            wrong += predicted.Except(country.Topics).Count();
        }

        output.WriteLine($"{right} right, {missed} missed, {wrong} wrong");
        Assert.InRange((double)right / (right + missed), 0.95, 1);
        Assert.InRange((double)right / (right + wrong), 0.95, 1);
    }

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public void The_prepared_model_equals_a_new_conversion()
    {
        using var converted = new ConvertedModel(TestData.TrainedOutlinkTopicModel);

        foreach (var file in (string[])["model.onnx", "labels.txt", "words.txt", "tokenizer.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(converted.Directory, file)), File.ReadAllBytes(Path.Combine(TestData.OutlinkTopicModel, file)));
    }

    [Fact]
    public void The_table_has_every_country_once_with_topics_of_the_taxonomy()
    {
        Assert.Equal(196, Countries.Select(country => country.Item).Distinct().Count());
        Assert.All(Countries, country => Assert.Matches("^Q[1-9][0-9]*$", country.Item));
        Assert.Equal(22, Countries.SelectMany(country => country.Topics).Distinct().Count());
        Assert.All(Countries, country => Assert.All(country.Topics, topic => Assert.Matches(@"^Geography\.Regions\.(Oceania|(Africa|Americas|Asia|Europe)\.[A-Z][A-Za-z_]+\*?)$", topic)));
        // Continents with their own topic.
        foreach (var continent in (string[])["Africa", "Asia", "Europe"])
            Assert.All(Countries, country => Assert.Equal(country.Topics.Any(topic => topic.StartsWith($"{Regions}{continent}.", StringComparison.Ordinal)), country.Topics.Contains($"{Regions}{continent}.{continent}*")));
    }

    private static IEnumerable<((string Item, string Name, string[] Topics) First, (string Item, string Name, string[] Topics) Second)> Pairs()
        => Countries.SelectMany((first, i) => Countries.Skip(i + 1).Where((_, j) => (i + j) % 5 == 0).Select(second => (first, second)));

    private static Dictionary<string, float> Predict(string text)
    {
        using var converted = new ConvertedModel(TestData.TrainedOutlinkTopicModel);
        return converted.Vocabulary.Labels.Zip(converted.Predict([text])[0]).ToDictionary();
    }
}
