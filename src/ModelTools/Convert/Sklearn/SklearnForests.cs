using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads decision trees and forests: the mean of the trees.</summary>
internal static class SklearnForests
{
    /// <param name="part">The estimator.</param>
    /// <param name="trees">Its decision trees.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="steps">Steps before it.</param>
    /// <param name="isClassifier">Whether it is a classifier.</param>
    public static SklearnTrees Read(PickleField part, IReadOnlyList<PickleField> trees, int features, IReadOnlyList<PreprocessingStep> steps, bool isClassifier)
    {
        if (part.Find("n_outputs_")?.Count(int.MaxValue) > 1) throw new NotSupportedException("it has several outputs; only one is supported");
        if (trees.Count == 0) throw new PickleException("it has no trees");
        var classes = isClassifier ? SklearnClasses.Read(part["classes_"]) : null;
        var width = classes?.Count ?? 1;
        // With two classes, the sum is the probability of the second.
        int[] columns = width == 2 ? [1] : [.. Enumerable.Range(0, width)];
        var table = new TreeTable(new Preprocessing(steps, isSingle: true));
        foreach (var field in trees)
        {
            var tree = SklearnTreeReader.Read(field, features, width);
            if (isClassifier) Normalize(tree);
            tree.Scale(1.0 / trees.Count);
            // A leaf of TreeEnsemble adds to one output, so every class needs its own copy of the tree.
            for (var target = 0; target < columns.Length; target++) table.Add(tree, target, columns[target]);
        }
        return new SklearnTrees(table, trees.Count, SklearnLink.Identity, columns.Length, classes);
    }

    // Before version 1.3 the values are weights of training rows, since then their shares.
    private static void Normalize(SklearnTree tree)
    {
        for (var node = 0; node < tree.Nodes; node++)
        {
            var values = tree.ValuesOf(node);
            var sum = 0.0;
            foreach (var value in values) sum += value;
            if (sum == 0) continue;
            foreach (ref var value in values) value /= sum;
        }
    }
}
