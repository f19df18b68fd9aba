using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.AspNetCore.Pages;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Explanations.Requests;
using InferenceServices.Explanations.Tabular;
using InferenceServices.Explanations.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>The server's <see cref="IExplainer"/>: explains parts of the text when the transformer reads text, otherwise the model's features.</summary>
internal sealed partial class ModelExplainer : IExplainer
{
    private const string BackgroundFile = "background.json";

    private readonly ServedModel _served;
    private readonly ExplanationLimits _limits;
    private readonly ExplanationPages _pages;
    private readonly Func<PredictRequest, ExplainParameters, CancellationToken, ValueTask<IReadOnlyList<Explanation>>> _explain;

    public ModelExplainer(
        ITransformer transformer, IPredictor predictor, ServedModel served, IOptions<ExplainerOptions> options, TimeProvider time, ExplanationPages pages, ILogger<ModelExplainer> logger)
    {
        _served = served;
        _limits = options.Value.ToLimits();
        _pages = pages;
        if (transformer is ITextTransformer text)
        {
            var explainer = new TextExplainer(text, predictor, served.Name, _limits, time);
            _explain = async (request, parameters, token) => [await explainer.ExplainAsync(request, parameters, token)];
        }
        else
        {
            var background = LoadBackground(served, options.Value);
            _explain = new TabularExplainer(transformer, predictor, served.Name, TryLoadTrees(served, logger), background, _limits, time, TryReadClasses(served)).ExplainAsync;
        }
    }

    public Type Parameters => typeof(ExplainParameters);

    public Type Answer => typeof(ExplanationAnswer);

    public async ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var parameters = ExplainParameters.Of(request, _limits);
        var explanations = await _explain(request, parameters, cancellationToken);
        return new ExplanationResponse(new ExplanationAnswer(explanations, new ExplanationMeta(_served.Name, _served.Version, parameters.Seed)), _pages);
    }

    private static Background? LoadBackground(ServedModel served, ExplainerOptions options)
    {
        var path = options.Background ?? Path.Combine(served.Directory, BackgroundFile);
        if (File.Exists(path)) return Background.Load(path);
        return options.Background is null ? null : throw new StartException($"There is no file {path}; --explain_background should name a JSON file with rows of numbers.");
    }

    // The explainer may have the model's directory although a remote predictor runs the model.
    private static string? FileOf(ServedModel served)
        => Directory.Exists(served.Directory) && Directory.GetFiles(served.Directory, "*.onnx") is [var file] ? file : null;

    private static IReadOnlyList<string>? TryReadClasses(ServedModel served)
    {
        try
        {
            return FileOf(served) is { } file ? ModelClasses.Read(file) : null;
        }
        catch (InvalidDataException)
        {
            // The trees of the file are read too, and their reader reports the file.
            return null;
        }
    }

    private static TreeShapModel? TryLoadTrees(ServedModel served, ILogger logger)
    {
        if (FileOf(served) is not { } file) return null;
        try
        {
            return TreeShapModel.TryLoad(file);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidDataException)
        {
            LogEstimates(logger, file, exception.Message);
            return null;
        }
    }

    [LoggerMessage(EventIds.TreesNotExplained, LogLevel.Warning, "TreeSHAP does not support {File}; explanations are estimates: {Reason}")]
    private static partial void LogEstimates(ILogger logger, string file, string reason);
}
