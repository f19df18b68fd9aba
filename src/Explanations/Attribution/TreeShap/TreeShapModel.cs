using System.Buffers;
using System.Numerics;
using InferenceServices.Explanations.Attribution.TreeShap.Onnx;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Exact Shapley values of a tree ensemble in double precision (TreeSHAP). Created once per model; thread-safe and stateless.</summary>
/// <remarks>
/// Attributions are of the margin: the sum of the trees before any post-transform or later node of the graph (log odds, if those compute probabilities).
/// For each output, <see cref="Bias"/> plus the attributions of all features equals the margin.
/// </remarks>
public sealed class TreeShapModel
{
    private readonly TreeEnsemble _ensemble;
    private readonly LeafPath[] _leaves;
    private readonly LeafPath[] _remaining;
    private readonly CoalitionTables? _tables;
    private readonly double[] _bias;

    private TreeShapModel(TreeEnsemble ensemble, Func<TreePath, IPathAttributor>? createAttributor, bool isForMany = true)
    {
        _ensemble = ensemble;
        _bias = [.. ensemble.BaseValues];
        var thresholds = ensemble.Splits.ToLookup(split => split.Feature, split => (float)split.Threshold);
        Thresholds = [.. Enumerable.Range(0, ensemble.FeatureCount).Select(feature => thresholds[feature].Distinct().Order().ToArray())];
        (_leaves, _remaining) = ([], []);
        if (createAttributor is null) return;
        _leaves = LeafPath.Of(ensemble, createAttributor);
        (_tables, _remaining) = isForMany ? new CoalitionTablesBuilder(ensemble, _leaves).Build() : (new CoalitionTables([], [], [], []), _leaves);
        foreach (var leaf in _leaves)
            foreach (var weight in leaf.Weights) _bias[weight.Output] += weight.Value * leaf.Attributor.Expectation;
    }

    /// <summary>Number of features of a row.</summary>
    public int FeatureCount => _ensemble.FeatureCount;

    /// <summary>Number of margins: targets, classes, or 1 for two classes with one score.</summary>
    public int OutputCount => _ensemble.OutputCount;

    /// <summary>Distinct thresholds of the splits, by feature, ascending.</summary>
    public IReadOnlyList<float[]> Thresholds { get; }

    /// <summary>Transformation of the margins by the ensemble node: <c>NONE</c>, <c>LOGISTIC</c>, <c>SOFTMAX</c>, <c>SOFTMAX_ZERO</c> or <c>PROBIT</c>. Later nodes of the graph may transform them further.</summary>
    public string PostTransform => _ensemble.PostTransform;

    /// <summary>Whether attributions are possible. False when the file has no covers (numbers of training rows per node), so that unknown features have no distribution; <see cref="WithBackground"/> supplies one.</summary>
    public bool CanAttribute => _tables is not null;

    /// <summary>Shape [<see cref="OutputCount"/>]: the expected margin without any known feature, which is the mean over the training rows or the background.</summary>
    public ReadOnlySpan<double> Bias => CanAttribute ? _bias : throw NoDistribution();

    /// <summary>Loads the path-dependent form: unknown features are distributed like the training rows at each node.</summary>
    /// <param name="onnxPath">Path of an ONNX file with a TreeEnsembleClassifier or TreeEnsembleRegressor (ai.onnx.ml 1 and 3) or TreeEnsemble (5).</param>
    /// <returns>Null when the model is not a single ensemble that reads its only input unchanged.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX file, or its nodes are not trees.</exception>
    /// <exception cref="NotSupportedException">The trees cannot be explained exactly: membership branches, aggregation by MIN or MAX, or more than 64 features on a path.</exception>
    public static TreeShapModel? TryLoad(string onnxPath)
        => TreeEnsembleReader.Read(onnxPath) is { } ensemble ? new(ensemble, ensemble.HasCovers ? static path => new PathDependentAttributor(path) : null) : null;

    /// <summary>Returns the interventional form of the same trees: unknown features take the values of each row of a background set.</summary>
    /// <typeparam name="T">float or double; a model with FP32 input rounds values.</typeparam>
    /// <param name="rows">Shape [n, <see cref="FeatureCount"/>], n at least 1.</param>
    /// <param name="isForMany">Whether to precompute tables. Each row then takes a hundredth of the time; building the tables takes the time of a few dozen rows.</param>
    public TreeShapModel WithBackground<T>(ReadOnlySpan<T> rows, bool isForMany = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.IsEmpty || rows.Length % FeatureCount != 0) throw new ArgumentException($"A background of {rows.Length} values does not consist of rows of {FeatureCount}.", nameof(rows));
        var background = new byte[rows.Length / FeatureCount][];
        for (var row = 0; row < background.Length; row++)
        {
            background[row] = new byte[_ensemble.Splits.Length];
            _ensemble.EvaluateSplits(rows.Slice(row * FeatureCount, FeatureCount), background[row]);
        }
        return new TreeShapModel(_ensemble, path => new InterventionalAttributor(path, background), isForMany);
    }

    /// <summary>Computes the margins.</summary>
    /// <typeparam name="T">float or double; a model with FP32 input rounds values.</typeparam>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="margins">Receives shape [<see cref="OutputCount"/>].</param>
    public void Margins<T>(ReadOnlySpan<T> row, Span<double> margins)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(margins.Length, OutputCount, nameof(margins));
        _ensemble.ComputeMargins(row, margins);
    }

    /// <summary>Computes Shapley values.</summary>
    /// <typeparam name="T">float or double; a model with FP32 input rounds values.</typeparam>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="attributions">Receives shape [<see cref="OutputCount"/>, <see cref="FeatureCount"/>].</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="InvalidOperationException"><see cref="CanAttribute"/> is false.</exception>
    public void Attribute<T>(ReadOnlySpan<T> row, Span<double> attributions, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(attributions.Length, (long)OutputCount * FeatureCount, nameof(attributions));
        var tables = _tables ?? throw NoDistribution();
        attributions.Clear();
        var rentedOutcomes = ArrayPool<byte>.Shared.Rent(_ensemble.Splits.Length + 1);
        var rentedSets = ArrayPool<uint>.Shared.Rent(tables.SetCount);
        try
        {
            // One extra outcome of 0, for the unused splits of tables.
            var outcomes = rentedOutcomes.AsSpan(0, _ensemble.Splits.Length + 1);
            outcomes[^1] = 0;
            _ensemble.EvaluateSplits(row, outcomes);
            tables.Add(outcomes, rentedSets, attributions);
            Span<double> shared = stackalloc double[TreePath.MaxFeatures];
            foreach (var leaf in _remaining)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Add(leaf, outcomes, shared, attributions);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rentedOutcomes);
            ArrayPool<uint>.Shared.Return(rentedSets);
        }
    }

    /// <summary>Computes Shapley interaction values. The values of a feature with all features, including itself, sum to its attribution; the value of a pair is split evenly between its two entries.</summary>
    /// <typeparam name="T">float or double; a model with FP32 input rounds values.</typeparam>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="interactions">Receives shape [<see cref="OutputCount"/>, <see cref="FeatureCount"/>, <see cref="FeatureCount"/>].</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="InvalidOperationException"><see cref="CanAttribute"/> is false.</exception>
    public void Interactions<T>(ReadOnlySpan<T> row, Span<double> interactions, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(interactions.Length, (long)OutputCount * FeatureCount * FeatureCount, nameof(interactions));
        if (!CanAttribute) throw NoDistribution();
        interactions.Clear();
        var rented = ArrayPool<byte>.Shared.Rent(_ensemble.Splits.Length);
        try
        {
            _ensemble.EvaluateSplits(row, rented);
            Span<double> attributions = stackalloc double[TreePath.MaxFeatures];
            Span<double> pairs = stackalloc double[TreePath.MaxFeatures * TreePath.MaxFeatures];
            foreach (var leaf in _leaves)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Share(leaf, rented, attributions, pairs);
                AddPairs(leaf, pairs, interactions);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Add(LeafPath leaf, ReadOnlySpan<byte> outcomes, Span<double> shared, Span<double> attributions)
    {
        leaf.Attributor.Attribute(leaf.Path.Satisfied(outcomes), shared);
        foreach (var weight in leaf.Weights)
        {
            var to = attributions.Slice(weight.Output * FeatureCount, FeatureCount);
            for (var place = 0; place < leaf.Path.Features.Length; place++) to[leaf.Path.Features[place]] += weight.Value * shared[place];
        }
    }

    // The interactions of a leaf's features; the diagonal contains the main effects.
    private static void Share(LeafPath leaf, ReadOnlySpan<byte> outcomes, Span<double> attributions, Span<double> pairs)
    {
        var features = leaf.Path.Features.Length;
        var satisfied = leaf.Path.Satisfied(outcomes);
        leaf.Attributor.Attribute(satisfied, attributions);
        leaf.Attributor.Interact(satisfied, pairs);
        for (var first = 0; first < features; first++)
        {
            var row = pairs.Slice(first * features, features);
            row[first] = attributions[first];
            for (var second = 0; second < features; second++)
                if (second != first) row[first] -= row[second];
        }
    }

    private void AddPairs(LeafPath leaf, ReadOnlySpan<double> pairs, Span<double> interactions)
    {
        var features = leaf.Path.Features;
        foreach (var weight in leaf.Weights)
        {
            for (var first = 0; first < features.Length; first++)
            {
                var to = interactions.Slice((weight.Output * FeatureCount + features[first]) * FeatureCount, FeatureCount);
                for (var second = 0; second < features.Length; second++) to[features[second]] += weight.Value * pairs[first * features.Length + second];
            }
        }
    }

    private static void Check(int length, long expected, string name)
    {
        if (length != expected) throw new ArgumentException($"{expected} values are expected, got {length}.", name);
    }

    private static InvalidOperationException NoDistribution()
        => new("The model's file has no numbers of training rows per node (nodes_hitrates); a background set is needed.");
}
