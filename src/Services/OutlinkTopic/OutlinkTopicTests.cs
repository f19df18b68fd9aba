using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.MediaWiki;
using InferenceServices.MediaWiki.Client;
using InferenceServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Postprocessing.</summary>
public sealed class OutlinkTopicTests : IDisposable
{
    private readonly FastTextDirectory _model = new(["A", "B", "C"], ["</s>", "Q1"]);
    private readonly IHost _host = Host.CreateEmptyApplicationBuilder(null).AddMediaWiki().AddEventGate().Build();

    public void Dispose()
    {
        _host.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Topics_at_or_above_the_threshold_are_returned_by_descending_score()
        => Assert.Equal(
            """{"prediction":{"article":"https://en.wikipedia.org/wiki/Lake Victoria","results":[{"topic":"C","score":0.75},{"topic":"A","score":0.5}]}}""",
            Answer("""{"lang":"en","page_title":"Lake Victoria"}""", 0.5f, 0.49f, 0.75f));

    [Fact]
    public void Debug_returns_topics_of_score_zero()
        => Assert.EndsWith(
            "\"results\":[{\"topic\":\"A\",\"score\":0.25},{\"topic\":\"B\",\"score\":0},{\"topic\":\"C\",\"score\":0}]}}",
            Answer("""{"lang":"en","page_id":7,"debug":true}""", 0.25f, 0, 0),
            StringComparison.Ordinal);

    [Fact]
    public void An_article_without_topics_has_an_empty_list()
        => Assert.Equal("""{"prediction":{"article":"https://en.wikipedia.org/wiki?curid=7","results":[]}}""", Answer("""{"lang":"en","page_id":7}""", 0.1f, 0.1f, 0.1f));

    [Fact]
    public void Topics_of_equal_score_are_in_model_order_and_scores_are_at_most_one()
        => Assert.EndsWith(
            "[{\"topic\":\"A\",\"score\":1},{\"topic\":\"B\",\"score\":1},{\"topic\":\"C\",\"score\":1}]}}",
            Answer("""{"lang":"en","page_id":7}""", 1.00001f, 1, 1.00001f),
            StringComparison.Ordinal);

    [Fact]
    public void A_model_with_another_number_of_labels_is_a_server_error()
        => Assert.Equal(
            "The model gives 2 probabilities, its labels.txt has 3 labels.",
            Assert.Throws<InvalidOperationException>(() => Answer("""{"lang":"en","page_id":7}""", 1, 0)).Message);

    private string Answer(string body, params float[] probabilities)
    {
        var transformer = new OutlinkTopicTransformer(
            new ServedModel("outlink-topic-model", _model.Path, "1"), _host.Services.GetRequiredService<MediaWikiClient>(), _host.Services.GetRequiredService<EventOutbox>(),
            _host.Services.GetRequiredService<EventAccess>());
        var query = transformer.Read(new PredictRequest("outlink-topic-model", Encoding.UTF8.GetBytes(body), "test"));
        using var response = new InferResponse
        {
            ModelName = "outlink-topic-model",
            Outputs = [new InferOutput("probabilities", Tensor.Of<float>(Datatype.Fp32, new Shape(1, probabilities.Length), probabilities))],
        };
        using var answer = transformer.Postprocess(query, response);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) answer.WriteTo(writer);
        return Encoding.UTF8.GetString(json.ToArray());
    }
}
