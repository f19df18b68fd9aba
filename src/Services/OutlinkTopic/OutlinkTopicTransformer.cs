using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.EventGate.Events;
using InferenceServices.FastText;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Predicts topics of a Wikipedia article from its links, with a fastText model whose words are Wikidata items.</summary>
[InferenceService(
    ModelName,
    Summary = "Predicts the topics of a Wikipedia article in any language from its links.",
    Request = typeof(OutlinkTopicRequest),
    Answer = typeof(OutlinkTopicAnswer),
    // A complete event has a few kilobytes; the items of a thousand links have ten.
    MaxBodyBytes = 1 << 20)]
internal sealed class OutlinkTopicTransformer : Transformer<OutlinkTopicQuery, OutlinkTopicQuery>, ITextTransformer
{
    private const string ModelName = "outlink-topic-model";

    // Group of these tags in the search index.
    private const string TagPrefix = "classification.prediction.articletopic";

    private readonly OutlinkTopicRequestValidator _validator = new();
    private readonly Outlinks _outlinks;
    private readonly FastTextTokenizer _tokenizer;
    private readonly IReadOnlyList<string> _topics;
    private readonly EventOutbox _outbox;
    private readonly EventAccess _events;
    private readonly string _modelVersion;

    public OutlinkTopicTransformer(ServedModel model, MediaWikiClient wikis, EventOutbox outbox, EventAccess events)
    {
        var vocabulary = ConvertedModel.LoadVocabulary(model);
        _tokenizer = new FastTextTokenizer(vocabulary);
        _topics = vocabulary.Labels;
        _outlinks = new Outlinks(wikis);
        (_outbox, _events) = (outbox, events);
        _modelVersion = model.Version;
    }

    public IReadOnlyList<string> Labels => _topics;

    public override bool HasCacheKeys => true;

    public override OutlinkTopicQuery Read(PredictRequest request)
    {
        var body = request.Read(OutlinkTopicJson.Default.OutlinkTopicRequest);
        var validation = _validator.Validate(body);
        if (!validation.IsValid) throw new InvalidInputException(validation.Errors[0].ErrorMessage);
        if (!RequestField.IsAbsent(body.Event)) _events.Check();
        return OutlinkTopicQuery.Of(body);
    }

    public override CacheKey? GetCacheKey(OutlinkTopicQuery request) => request.KeyOf(_modelVersion);

    public override async ValueTask<Preprocessed<OutlinkTopicQuery>> PreprocessAsync(OutlinkTopicQuery request, CancellationToken cancellationToken)
    {
        var tensors = PreprocessText(await ReadTextAsync(request, cancellationToken))
            ?? throw new UnscorableInputException("The model knows no article that this article links to.");
        return new Preprocessed<OutlinkTopicQuery>(tensors, request);
    }

    /// <summary>Returns the items of the article, such as <c>Q114</c>, separated by spaces.</summary>
    public async ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken)
        => new(await ReadTextAsync(Read(request), cancellationToken), Start: 0);

    public InferRequest? PreprocessText(string text) => OutlinkTopicFeatures.From(text, _tokenizer) is { } rows ? InferRequest.Of("ids", rows) : null;

    public override PredictResponse Postprocess(OutlinkTopicQuery state, InferResponse response)
    {
        var probabilities = response["probabilities"].Values<float>();
        if (probabilities.Length != _topics.Count)
            throw new InvalidOperationException($"The model gives {probabilities.Length} probabilities, its labels.txt has {_topics.Count} labels.");
        var scores = new TopicScore[probabilities.Length];
        // fastText adds 1e-5 to every probability before its logarithm, so the largest may exceed 1.
        for (var i = 0; i < scores.Length; i++) scores[i] = new TopicScore(_topics[i], Math.Min(probabilities[i], 1f));
        var ordered = scores.OrderByDescending(score => score.Score).ToArray();
        if (state.PublishedEvent is { } change && _outbox.IsEnabled) Publish(change, ToPrediction(state, ordered));
        TopicScore[] results = [.. ordered.Where(score => score.Score >= state.Threshold)];
        return PredictResponse.Of(new OutlinkTopicAnswer(new OutlinkTopicPrediction(state.Article, results)), OutlinkTopicJson.Default.OutlinkTopicAnswer);
    }

    private void Publish(MediaWikiEvent change, ClassificationPrediction prediction)
    {
        // Both are created before one is sent: an event of the second kind may lack a member.
        var tags = _outbox.WeightedTagsStream is { Length: > 0 } stream ? PageWeightedTagsChange.Create(change, stream, TagPrefix, prediction) : null;
        _outbox.Post(PredictionClassificationChange.Create(change, _outbox.Stream, prediction));
        if (tags is not null) _outbox.Post(tags);
    }

    // Same as Lift Wing: an event has the probabilities of all topics, and as predictions the topics above, not at, the threshold.
    private ClassificationPrediction ToPrediction(OutlinkTopicQuery query, TopicScore[] ordered)
        => new(
            ModelName,
            _modelVersion,
            [.. ordered.Where(score => score.Score > query.Threshold).Select(score => score.Topic)],
            [.. ordered.Select(score => KeyValuePair.Create(score.Topic, (double)score.Score))]);

    private async ValueTask<string> ReadTextAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
        => query.Features ?? string.Join(' ', await _outlinks.GetAsync(query, cancellationToken));
}
