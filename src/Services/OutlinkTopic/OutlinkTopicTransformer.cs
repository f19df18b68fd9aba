using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.EventGate.Events;
using InferenceServices.FastText;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>What a Wikipedia article is about, told by what it links to: a fastText model whose words are Wikidata items.</summary>
[InferenceService(
    ModelName,
    Summary = "What a Wikipedia article is about, in any language, told by the articles it links to.",
    Request = typeof(OutlinkTopicRequest),
    Answer = typeof(OutlinkTopicAnswer),
    // An event with everything in it takes a few kilobytes; the items of a thousand links, ten.
    MaxBodyBytes = 1 << 20)]
internal sealed class OutlinkTopicTransformer : ICacheableTransformer, ITextTransformer
{
    private const string ModelName = "outlink-topic-model";

    private readonly OutlinkTopicRequestValidator _validator = new();
    private readonly Outlinks _outlinks;
    private readonly FastTextTokenizer _tokenizer;
    private readonly IReadOnlyList<string> _topics;
    private readonly EventOutbox _outbox;
    private readonly string _modelVersion;

    public OutlinkTopicTransformer(ServedModel model, MediaWikiClient wikis, EventOutbox outbox)
    {
        var vocabulary = ConvertedModel.LoadVocabulary(model);
        _tokenizer = new FastTextTokenizer(vocabulary);
        _topics = vocabulary.Labels;
        _outlinks = new Outlinks(wikis);
        _outbox = outbox;
        _modelVersion = model.Version;
    }

    public IReadOnlyList<string> Labels => _topics;

    public CacheKey? KeyOf(PredictRequest request)
    {
        var query = Read(request);
        request.State = query;
        return query.KeyOf(_modelVersion);
    }

    public async ValueTask<InferRequest> PreprocessAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var (text, _) = await ReadTextAsync(request, cancellationToken);
        return PreprocessText(text) ?? throw new UnscorableInputException("The model knows none of the articles that this one links to.");
    }

    /// <summary>Items as <c>Q114</c>, a space between two.</summary>
    public async ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var query = request.State as OutlinkTopicQuery ?? Read(request);
        request.State = query;
        return new TextInput(query.Features ?? string.Join(' ', await _outlinks.GetAsync(query, cancellationToken)), Start: 0);
    }

    public InferRequest? PreprocessText(string text) => OutlinkTopicFeatures.From(text, _tokenizer) is { } rows ? InferRequest.Of("ids", rows) : null;

    public PredictResponse Postprocess(PredictRequest request, InferResponse response)
    {
        var query = (OutlinkTopicQuery)request.State!;
        var probabilities = response["probabilities"].Values<float>();
        if (probabilities.Length != _topics.Count)
            throw new InvalidOperationException($"The model gives {probabilities.Length} probabilities, its labels.txt has {_topics.Count} labels.");
        var scores = new TopicScore[probabilities.Length];
        // fastText adds 1e-5 to every probability before its logarithm, so the likeliest may come out above 1.
        for (var i = 0; i < scores.Length; i++) scores[i] = new TopicScore(_topics[i], Math.Min(probabilities[i], 1f));
        var ordered = scores.OrderByDescending(score => score.Score).ToArray();
        if (query.Event is { } change && _outbox.IsEnabled) _outbox.Post(PredictionClassificationChange.Create(change, _outbox.Stream, Tell(query, ordered)));
        TopicScore[] results = [.. ordered.Where(score => score.Score >= query.Threshold)];
        return PredictResponse.Of(new OutlinkTopicAnswer(new OutlinkTopicPrediction(query.Article, results)), OutlinkTopicJson.Default.OutlinkTopicAnswer);
    }

    // liftwing: an event names all topics with their probabilities, and those above the threshold, not at it.
    private ClassificationPrediction Tell(OutlinkTopicQuery query, TopicScore[] ordered)
        => new(
            ModelName,
            _modelVersion,
            [.. ordered.Where(score => score.Score > query.Threshold).Select(score => score.Topic)],
            [.. ordered.Select(score => KeyValuePair.Create(score.Topic, (double)score.Score))]);

    private OutlinkTopicQuery Read(PredictRequest request)
    {
        var wanted = request.Read(OutlinkTopicJson.Default.OutlinkTopicRequest);
        var validation = _validator.Validate(wanted);
        if (!validation.IsValid) throw new InvalidInputException(validation.Errors[0].ErrorMessage);
        return OutlinkTopicQuery.Of(wanted);
    }
}
