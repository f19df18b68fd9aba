namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads the trees of a booster, their leaves as they are added up from 0.</summary>
/// <remarks>XGBoost 1.7.4, <c>gbm/gbtree.cc</c>: sums begin with the margin of the base score, and FP32 sums depend on where they begin.</remarks>
internal static class XGBoostBooster
{
    /// <param name="booster">The file's <c>gradient_booster</c>.</param>
    /// <param name="margins">What each sum begins with.</param>
    /// <param name="features">How many features there are.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It is of a kind that is not converted.</exception>
    public static XGBoostTree[] Read(JsonField booster, float[] margins, int features)
    {
        var name = booster["name"].Text();
        if (name is not ("gbtree" or "dart")) throw new NotSupportedException($"its booster is {name}; gbtree and dart are");
        var model = (name == "dart" ? booster["gbtree"] : booster)["model"];
        var outputs = model["tree_info"].Integers();
        if (outputs.Any(output => output < 0 || output >= margins.Length)) throw new FormatException("a tree is of a class that there is not");
        JsonField[] listed = [.. model["trees"].Items()];
        var weights = name == "dart" ? booster["weight_drop"].Singles() : null;
        if (listed.Length != outputs.Length || (weights is not null && weights.Length != outputs.Length))
            throw new FormatException("it has another number of trees than it says");
        if (outputs.Distinct().Count() < margins.Length) throw new NotSupportedException("it has no trees, or none for one of its classes");

        XGBoostTree[] trees = [.. listed.Zip(outputs, (tree, output) => XGBoostTreeReader.Read(tree, output, features))];
        // What dart keeps of a tree is a part of each leaf.
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
