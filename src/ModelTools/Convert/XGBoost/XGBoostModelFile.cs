using System.Globalization;
using System.Text.Json;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads an XGBoost model saved as JSON.</summary>
/// <remarks>XGBoost's model schema, versions 1.0 to 3.x; <c>doc/model.schema</c>.</remarks>
internal static class XGBoostModelFile
{
    // Far above any model; prevents huge allocations for corrupt numbers.
    private const int MostClasses = 100_000;

    // XGBoost clamps a base score between 0 and 1 to this distance from both.
    private const float Rounding = 1e-6f;

    // The base score of this objective is a margin.
    private const string LogitRaw = "binary:logitraw";

    /// <exception cref="ModelFileException">The file is not an XGBoost model, or the model is of an unsupported kind.</exception>
    public static XGBoostModel Read(string path)
    {
        if (!File.Exists(path)) throw new ModelFileException($"{path} {(Directory.Exists(path) ? "is a directory" : "does not exist")}");
        try
        {
            using var file = File.OpenRead(path);
            using var json = JsonDocument.Parse(file);
            return Read(new JsonField(json.RootElement, ""));
        }
        catch (JsonException exception)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            throw new ModelFileException($"{path} is not JSON, or is truncated: reading fails at {place}; save it with XGBoost's save_model(\"model.json\")");
        }
        catch (InvalidOperationException)
        {
            // JsonElement throws this for an escape that is half of a surrogate pair.
            throw new ModelFileException($"{path} is corrupt: a string has an invalid escape");
        }
        catch (FormatException exception)
        {
            throw new ModelFileException($"{path} is not an XGBoost model, or is corrupt: {exception.Message}");
        }
        catch (NotSupportedException exception)
        {
            throw new ModelFileException($"{path} cannot be converted: {exception.Message}");
        }
    }

    private static XGBoostModel Read(JsonField root)
    {
        var learner = root["learner"];
        var parameters = learner["learner_model_param"];
        var objectiveName = learner["objective"]["name"].Text();
        var objective = ObjectiveOf(objectiveName);
        if (parameters.Find("num_target")?.Count() is { } targets and > 1) throw new NotSupportedException($"it has {targets} targets; only one is supported");
        var outputs = objective == XGBoostObjective.Multiclass ? parameters["num_class"].Count() : 1;
        if (outputs is < 1 or > MostClasses) throw new FormatException($"learner.learner_model_param.num_class should be 1 to {MostClasses}, got {outputs}");
        var features = parameters["num_feature"].Count();
        if (features == 0) throw new FormatException("learner.learner_model_param.num_feature should be 1 or more, got 0");
        string[] names = [.. learner.Find("feature_names")?.Items().Select(name => name.Text()) ?? []];
        var margins = MarginsOf(objectiveName == LogitRaw ? XGBoostObjective.Identity : objective, parameters["base_score"].Parameter(), outputs);
        return new XGBoostModel(objective, outputs, features, names, XGBoostBooster.Read(learner["gradient_booster"], margins, features));
    }

    private static XGBoostObjective ObjectiveOf(string name) => name switch
    {
        "binary:logistic" or LogitRaw => XGBoostObjective.Binary,
        "multi:softprob" or "multi:softmax" => XGBoostObjective.Multiclass,
        "reg:squarederror" or "reg:linear" or "reg:absoluteerror" or "reg:pseudohubererror" => XGBoostObjective.Identity,
        "reg:logistic" => XGBoostObjective.Logistic,
        "count:poisson" or "reg:gamma" or "reg:tweedie" => XGBoostObjective.Exponential,
        _ => throw new NotSupportedException(
            $"its objective is {name}; supported are binary:logistic, binary:logitraw, multi:softprob, multi:softmax, reg:squarederror, reg:absoluteerror, reg:pseudohubererror, reg:logistic, count:poisson, reg:gamma, reg:tweedie"),
    };

    /// <summary>Returns the margins, which the objective transforms to the base score. Since version 3.1 the base score is a list with a number for each class.</summary>
    private static float[] MarginsOf(XGBoostObjective objective, string baseScore, int outputs)
    {
        FormatException Error() => new($"learner.learner_model_param.base_score should be a valid start value of the objective, or {outputs} in brackets, got {baseScore}");
        var scores = baseScore.Trim('[', ']').Split(',');
        if (scores.Length != 1 && scores.Length != outputs) throw Error();
        var margins = Array.ConvertAll(scores, score => float.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? MarginOf(objective, number) : float.NaN);
        if (!margins.All(float.IsFinite)) throw Error();
        return scores.Length == outputs ? margins : [.. Enumerable.Repeat(margins[0], outputs)];
    }

    private static float MarginOf(XGBoostObjective objective, float baseScore) => objective switch
    {
        XGBoostObjective.Binary or XGBoostObjective.Logistic when baseScore is >= 0 and <= 1 => -MathF.Log((1 / Math.Clamp(baseScore, Rounding, 1 - Rounding)) - 1),
        XGBoostObjective.Binary or XGBoostObjective.Logistic => float.NaN,
        XGBoostObjective.Exponential => MathF.Log(baseScore),
        _ => baseScore,
    };
}
