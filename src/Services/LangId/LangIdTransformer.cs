using System.Numerics.Tensors;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.FastText;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.LangId;

/// <summary>Identifies the language of a text with a fastText model converted by <c>isvc convert fasttext</c>.</summary>
[InferenceService(
    "langid",
    Summary = "Which language a text is in.",
    Request = typeof(LangIdRequest),
    Answer = typeof(LangIdAnswer),
    // Twice the maximum page size of MediaWiki; only the first characters are used.
    MaxBodyBytes = 4 << 20)]
internal sealed class LangIdTransformer : Transformer<string, ValueTuple>, ITextTransformer
{
    private readonly LangIdRequestValidator _validator = new();
    private readonly FastTextTokenizer _tokenizer;
    private readonly IReadOnlyList<string> _labels;
    private readonly LangIdAnswer[] _answers;
    private readonly int _maxTextLength;

    public LangIdTransformer(ServedModel model, IOptions<LangIdOptions> options)
    {
        var vocabulary = ConvertedModel.LoadVocabulary(model);
        _tokenizer = new FastTextTokenizer(vocabulary);
        _maxTextLength = options.Value.MaxTextLength;
        _labels = vocabulary.Labels;
        _answers = [.. vocabulary.Labels.Select(AnswerOf)];
    }

    public IReadOnlyList<string> Labels => _labels;

    public override string Read(PredictRequest request)
    {
        var body = request.Read(LangIdJson.Default.LangIdRequest);
        var validation = _validator.Validate(body);
        return validation.IsValid ? body.Text! : throw new InvalidInputException(validation.Errors[0].ErrorMessage);
    }

    public override ValueTask<Preprocessed<ValueTuple>> PreprocessAsync(string request, CancellationToken cancellationToken)
        => new(new Preprocessed<ValueTuple>(PreprocessText(request) ?? throw new UnscorableInputException("The model knows no part of this text."), default));

    public ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken) => new(LangIdFeatures.VisibleText(Read(request), _maxTextLength));

    public InferRequest? PreprocessText(string text)
        => LangIdFeatures.From(text, _maxTextLength, _tokenizer) is { } rows ? InferRequest.Of("ids", rows) : null;

    public override PredictResponse Postprocess(ValueTuple state, InferResponse response)
    {
        var probabilities = response["probabilities"].Values<float>();
        if (probabilities.Length != _answers.Length)
            throw new InvalidOperationException($"The model gives {probabilities.Length} probabilities, its labels.txt has {_answers.Length} labels.");
        // Like fastText: the last of equally likely labels.
        var best = probabilities.LastIndexOf(TensorPrimitives.Max<float>(probabilities));
        // fastText adds 1e-5 to every probability before its logarithm, so the largest may exceed 1.
        return PredictResponse.Of(_answers[best] with { Score = Math.Min(probabilities[best], 1f) }, LangIdJson.Default.LangIdAnswer);
    }

    private static LangIdAnswer AnswerOf(string label)
    {
        var (wikicode, name) = Languages.Describe(label);
        return new LangIdAnswer(label, wikicode, name, 0);
    }
}
