using System.Globalization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.EventGate.Events;
using InferenceServices.MediaWiki.Client;
using InferenceServices.RevisionFeatures;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.Revscoring;

/// <summary>Scores a revision (damaging, goodfaith, reverted, article quality or draft quality) with features of revscoring and a tree ensemble as ONNX.</summary>
[InferenceService("{wiki}-articlequality", Summary = "How good an article is at one of its revisions.", Request = typeof(RevscoringRequest), Answer = typeof(RevscoringAnswer), MaxBodyBytes = MaxBodyBytes)]
[InferenceService("{wiki}-damaging", Summary = "Whether an edit does harm.", Request = typeof(RevscoringRequest), Answer = typeof(RevscoringAnswer), MaxBodyBytes = MaxBodyBytes)]
[InferenceService("{wiki}-draftquality", Summary = "Whether a new page is spam, vandalism, an attack or none of these.", Request = typeof(RevscoringRequest), Answer = typeof(RevscoringAnswer), MaxBodyBytes = MaxBodyBytes)]
[InferenceService("{wiki}-goodfaith", Summary = "Whether an edit was made in good faith.", Request = typeof(RevscoringRequest), Answer = typeof(RevscoringAnswer), MaxBodyBytes = MaxBodyBytes)]
[InferenceService("{wiki}-reverted", Summary = "Whether an edit will be reverted.", Request = typeof(RevscoringRequest), Answer = typeof(RevscoringAnswer), MaxBodyBytes = MaxBodyBytes)]
internal sealed class RevscoringTransformer : Transformer<RevscoringQuery, RevscoringState>, ITabularTransformer, IDisposable
{
    // A complete event with the values of a hundred features has a few kilobytes.
    private const int MaxBodyBytes = 1 << 20;

    private readonly RevscoringRequestValidator _validator;
    private readonly RevscoringModel _model;
    private readonly RevisionReader _revisions;
    private readonly RevscoringFeatures _features;
    private readonly EventOutbox _outbox;
    private readonly EventAccess _events;

    public RevscoringTransformer(ServedModel model, MediaWikiClient wikis, EventOutbox outbox, EventAccess events, IOptions<RevscoringOptions> options)
    {
        _model = RevscoringModel.Load(model, options.Value.WikiHost);
        _validator = new RevscoringRequestValidator(_model);
        Features = [.. _model.Features.Features.Select(FeatureColumn.Of)];
        _revisions = new RevisionReader(wikis, _model.Wiki, _model.Features);
        var assets = new LanguageAssets(options.Value.HunspellDirectory, options.Value.IdiomsFile);
        _features = new RevscoringFeatures(assets, options.Value);
        (_outbox, _events) = (outbox, events);
        ValidateFeatures(assets);
    }

    public IReadOnlyList<TabularFeature> Features { get; }

    public IReadOnlyList<string> Labels => _model.Labels;

    public override bool HasCacheKeys => true;

    public override RevscoringQuery Read(PredictRequest request)
    {
        var body = request.Read(RevscoringJson.Default.RevscoringRequest);
        var validation = _validator.Validate(body);
        if (!validation.IsValid) throw new InvalidInputException(validation.Errors[0].ErrorMessage);
        if (!RequestField.IsAbsent(body.Event)) _events.Check();
        return RevscoringQuery.Of(body, _model);
    }

    public override CacheKey? GetCacheKey(RevscoringQuery request) => request.KeyOf(_model);

    public override async ValueTask<Preprocessed<RevscoringState>> PreprocessAsync(RevscoringQuery request, CancellationToken cancellationToken)
    {
        // A request that contains every feature value needs no wiki.
        var revision = _model.Features.AreSolvedBy(request.Given)
            ? new RevisionInput { Author = RevisionAuthor.Unknown }
            : await _revisions.ReadAsync(request.RevisionId, cancellationToken);
        var vector = await _features.ComputeAsync(revision, request.Given, solution => FeatureVector.Of(_model.Features, solution, request.ShowsFeatures), cancellationToken);
        var tensors = InferRequest.Of("features", vector.ToTensor(_model.Datatype));
        return new Preprocessed<RevscoringState>(tensors, new RevscoringState(request, vector.Base));
    }

    public override PredictResponse Postprocess(RevscoringState state, InferResponse response)
    {
        var (query, features) = state;
        var probabilities = ProbabilitiesOf(response["probabilities"]);
        if (probabilities.Length != _model.Labels.Count)
            throw new InvalidOperationException($"The model gives {probabilities.Length} probabilities, its labels.txt has {_model.Labels.Count} labels.");
        var best = 0;
        var byLabel = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < probabilities.Length; i++)
        {
            byLabel[_model.Labels[i]] = probabilities[i];
            if (probabilities[i] > probabilities[best]) best = i;
        }
        var score = new Score(_model.Labels[best], byLabel);
        if (query.PublishedEvent is { } change && _outbox.IsEnabled) _outbox.Post(RevisionScore.Create(change, _outbox.Stream, ToPrediction(score)));
        var answer = RevscoringAnswer.Of(
            _model.Wiki.DatabaseName, _model.Kind, _model.Version, query.RevisionId.ToString(CultureInfo.InvariantCulture), new ModelScore(score, features));
        return PredictResponse.Of(answer, RevscoringJson.Default.RevscoringAnswer);
    }

    public void Dispose() => _features.Dispose();

    private ClassificationPrediction ToPrediction(Score score)
        => new(_model.Kind, _model.Version, [score.Prediction], [.. score.Probability.Select(entry => entry)]);

    // FP32 as the shortest number that is equal as FP32, which is what JSON shows.
    private static double[] ProbabilitiesOf(Tensor tensor)
        => tensor.Datatype == Datatype.Fp64
            ? tensor.Values<double>().ToArray()
            : [.. tensor.Values<float>().ToArray().Select(value => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];

    // Fails at startup, not at the first request, if a feature lacks a dependency such as a dictionary.
    private void ValidateFeatures(LanguageAssets assets)
    {
        var revision = new RevisionInput { Text = "Words.", ParentText = "", Author = RevisionAuthor.Unknown };
        try
        {
            _model.Features.ValuesOf(new FeatureSolution(new RevisionSources(revision, assets, CancellationToken.None)));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new StartException($"The features of {_model.Wiki.DatabaseName}-{_model.Kind} cannot be extracted: {exception.Message}", exception);
        }
    }
}
