using System.CommandLine;
using InferenceServices.ModelTools.Convert.FastText;
using InferenceServices.ModelTools.Convert.Revscoring;
using InferenceServices.ModelTools.Convert.Sklearn;
using InferenceServices.ModelTools.Convert.XGBoost;

namespace InferenceServices.ModelTools.Convert;

/// <summary><c>isvc convert FORMAT …</c></summary>
internal static class ConvertCommand
{
    public static Command Build() => new("convert", "Converts a model of another library to ONNX.")
    {
        FastTextCommand.Build(),
        RevscoringCommand.Build(),
        SklearnCommand.Build(),
        XGBoostCommand.Build(),
    };

    /// <summary>Creates the option of the output directory.</summary>
    public static Option<string> Output() => new("--output", "-o") { Description = "Output model directory; replaces an earlier conversion.", HelpName = "DIR", Required = true };
}
