using System.CommandLine;
using InferenceServices.ModelTools.Convert.FastText;
using InferenceServices.ModelTools.Convert.XGBoost;

namespace InferenceServices.ModelTools.Convert;

/// <summary><c>isvc convert FORMAT …</c></summary>
internal static class ConvertCommand
{
    public static Command Build() => new("convert", "Converts a model of another library to ONNX.") { FastTextCommand.Build(), XGBoostCommand.Build() };
}
