using System.Globalization;
using System.Text.Json;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads a model that XGBoost saved as JSON.</summary>
/// <remarks>XGBoost's model schema, versions 1.0 to 3.x; <c>doc/model.schema</c>.</remarks>
internal static class XGBoostModelFile
{
    // Predicts its sums as they are, and takes the base score for one.
    private const string LogitRaw = "binary:logitraw";

    private const string SaveAsJson = "save it with XGBoost's save_model(\"model.json\")";

    /// <exception cref="ModelFileException">It is no such file, or a model of a kind that is not converted.</exception>
    public static XGBoostModel Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var json = JsonDocument.Parse(file);
            return Read(json.RootElement);
        }
        catch (JsonException exception)
        {
            throw new ModelFileException($"{path} is no JSON ({exception.Message.Split(" LineNumber", 2)[0]}); {SaveAsJson}.");
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new ModelFileException($"{path} is no model of XGBoost, or only a part of one: {exception.Message}");
        }
        catch (NotSupportedException exception)
        {
            throw new ModelFileException($"{path} cannot be converted: {exception.Message}");
        }
    }

    private static XGBoostModel Read(JsonElement root)
    {
        var learner = root.GetProperty("learner");
        var parameters = learner.GetProperty("learner_model_param");
        var objectiveName = learner.GetProperty("objective").GetProperty("name").GetString()!;
        var objective = ObjectiveOf(objectiveName);
        if (parameters.TryGetProperty("num_target", out var targets) && targets.GetString() is not ("0" or "1"))
            throw new NotSupportedException($"it has {targets.GetString()} targets; models of one are.");
        var outputs = objective == XGBoostObjective.Multiclass ? NumberOf(parameters, "num_class") : 1;
        var features = NumberOf(parameters, "num_feature");
        string[] names = learner.TryGetProperty("feature_names", out var given) ? [.. given.EnumerateArray().Select(name => name.GetString()!)] : [];
        return new XGBoostModel(objective, outputs, MarginOf(objectiveName == LogitRaw ? XGBoostObjective.Identity : objective, BaseScoreOf(parameters)), features, names, TreesOf(learner.GetProperty("gradient_booster"), outputs, features));
    }

    private static XGBoostObjective ObjectiveOf(string name) => name switch
    {
        "binary:logistic" or LogitRaw => XGBoostObjective.Binary,
        "multi:softprob" or "multi:softmax" => XGBoostObjective.Multiclass,
        "reg:squarederror" or "reg:linear" or "reg:absoluteerror" or "reg:pseudohubererror" => XGBoostObjective.Identity,
        "reg:logistic" => XGBoostObjective.Logistic,
        "count:poisson" or "reg:gamma" or "reg:tweedie" => XGBoostObjective.Exponential,
        _ => throw new NotSupportedException(
            $"its objective is {name}; these are converted: binary:logistic, binary:logitraw, multi:softprob, multi:softmax, reg:squarederror, reg:absoluteerror, reg:pseudohubererror, reg:logistic, count:poisson, reg:gamma, reg:tweedie."),
    };

    // From version 3 on it is written as a list.
    private static float BaseScoreOf(JsonElement parameters)
    {
        var text = parameters.GetProperty("base_score") is { ValueKind: JsonValueKind.String } value ? value.GetString()! : parameters.GetProperty("base_score").GetRawText();
        var scores = text.Trim('[', ']').Split(',');
        if (scores.Distinct().Count() > 1) throw new NotSupportedException("it has a base_score for each class; models with one are.");
        return float.Parse(scores[0], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // The base score is a prediction; sums begin with what becomes it.
    private static float MarginOf(XGBoostObjective objective, float baseScore) => objective switch
    {
        XGBoostObjective.Binary or XGBoostObjective.Logistic => -MathF.Log((1 / baseScore) - 1),
        XGBoostObjective.Exponential => MathF.Log(baseScore),
        _ => baseScore,
    };

    private static XGBoostTree[] TreesOf(JsonElement booster, int outputs, int features)
    {
        var name = booster.GetProperty("name").GetString();
        if (name is not ("gbtree" or "dart")) throw new NotSupportedException($"its booster is {name}; gbtree and dart are.");
        var model = (name == "dart" ? booster.GetProperty("gbtree") : booster).GetProperty("model");
        var weights = name == "dart" ? Numbers(booster, "weight_drop") : null;
        var trees = model.GetProperty("trees");
        var info = Array.ConvertAll(Numbers(model, "tree_info"), number => (int)number);
        if (info.Length != trees.GetArrayLength() || weights is not null && weights.Length != info.Length) throw new FormatException("it has another number of trees than it says.");
        if (info.Any(output => output < 0 || output >= outputs)) throw new FormatException("a tree is of a class that there is not.");
        return [.. trees.EnumerateArray().Select((tree, index) => TreeOf(tree, info[index], weights is null ? 1f : (float)weights[index], features))];
    }

    private static XGBoostTree TreeOf(JsonElement tree, int output, float weight, int features)
    {
        if (tree.GetProperty("tree_param").TryGetProperty("size_leaf_vector", out var size) && size.GetString() is not ("0" or "1"))
            throw new NotSupportedException("its leaves have several values; leaves with one are.");
        if (tree.TryGetProperty("split_type", out var types) && types.EnumerateArray().Any(type => type.GetInt32() != 0))
            throw new NotSupportedException("it splits by categories; splits by numbers are. Train it with one feature for each category.");
        var left = Integers(tree, "left_children");
        var read = new XGBoostTree(
            output,
            left,
            Integers(tree, "right_children"),
            Integers(tree, "split_indices"),
            Array.ConvertAll(Numbers(tree, "split_conditions"), number => (float)number),
            Array.ConvertAll(Numbers(tree, "default_left"), number => number != 0),
            Array.ConvertAll(Numbers(tree, "sum_hessian"), number => (float)number));
        Check(read, features);
        // What dart keeps of a tree is a part of each leaf.
        for (var node = 0; node < left.Length; node++)
        {
            if (read.IsLeaf(node)) read.Threshold[node] *= weight;
        }
        return read;
    }

    private static void Check(XGBoostTree tree, int features)
    {
        var nodes = tree.Left.Length;
        if (nodes == 0 || new[] { tree.Right.Length, tree.Feature.Length, tree.Threshold.Length, tree.DefaultLeft.Length, tree.Cover.Length }.Any(length => length != nodes))
            throw new FormatException("a tree has lists of different lengths.");
        for (var node = 0; node < nodes; node++)
        {
            // Children come after their parents, so no node is its own ancestor.
            if (tree.IsLeaf(node)) continue;
            if (tree.Left[node] <= node || tree.Left[node] >= nodes || tree.Right[node] <= node || tree.Right[node] >= nodes) throw new FormatException("a tree has a child that there is not.");
            if (tree.Feature[node] < 0 || tree.Feature[node] >= features) throw new FormatException("a tree compares a feature that there is not.");
        }
    }

    private static int NumberOf(JsonElement parameters, string name) => int.Parse(parameters.GetProperty(name).GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int[] Integers(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    // Old versions write truth values as such, later ones as numbers.
    private static double[] Numbers(JsonElement parent, string name)
        => [.. parent.GetProperty(name).EnumerateArray().Select(value => value.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => value.GetDouble(),
        })];
}
