namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads the trees of a booster. Adds the base score to the leaves, so that sums start with 0.</summary>
/// <remarks>XGBoost 1.7.4, <c>gbm/gbtree.cc</c>: sums start with the margin of the base score; FP32 sums depend on their order.</remarks>
internal static class XGBoostBooster
{
    /// <param name="booster">The file's <c>gradient_booster</c>.</param>
    /// <param name="margins">Start value of each sum.</param>
    /// <param name="features">Number of features.</param>
    /// <exception cref="FormatException">The booster or tree is corrupt.</exception>
    /// <exception cref="NotSupportedException">The booster or tree is of an unsupported kind.</exception>
    public static XGBoostTree[] Read(JsonField booster, float[] margins, int features)
    {
        var name = booster["name"].Text();
        if (name is not ("gbtree" or "dart")) throw new NotSupportedException($"its booster is {name}; supported are gbtree and dart");
        var model = (name == "dart" ? booster["gbtree"] : booster)["model"];
        var outputs = model["tree_info"].Integers();
        if (outputs.Any(output => output < 0 || output >= margins.Length)) throw new FormatException("a tree has an unknown class");
        JsonField[] listed = [.. model["trees"].Items()];
        var weights = name == "dart" ? booster["weight_drop"].Singles() : null;
        if (listed.Length != outputs.Length || (weights is not null && weights.Length != outputs.Length))
            throw new FormatException("its number of trees differs from the declared number");
        if (outputs.Distinct().Count() < margins.Length) throw new NotSupportedException("it has no trees, or none for one of its classes");

        XGBoostTree[] trees = [.. listed.Zip(outputs, (tree, output) => XGBoostTreeReader.Read(tree, output, features))];
        // Dart scales each leaf by the weight of its tree.
        for (var tree = 0; tree < trees.Length && weights is not null; tree++)
        {
            var weight = weights[tree];
            ChangeLeaves(trees[tree], leaf => leaf * weight);
        }
        for (var output = 0; output < margins.Length; output++)
        {
            var margin = margins[output];
            ChangeLeaves(trees.First(tree => tree.Output == output), leaf => margin + leaf);
        }
        return trees;
    }

    private static void ChangeLeaves(XGBoostTree tree, Func<float, float> change)
    {
        for (var node = 0; node < tree.Threshold.Length; node++)
        {
            if (tree.IsLeaf(node)) tree.Threshold[node] = change(tree.Threshold[node]);
        }
    }
}
