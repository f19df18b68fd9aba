using System.Buffers;
using InferenceServices.Explanations.Attribution.TreeShap.Onnx;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Exact Shapley values of an ensemble of trees, in double. Made once for a model; all calls are safe from several threads at once and keep nothing.</summary>
/// <remarks>
/// Attributions are of the margin: what the trees add up to, before any post-transform or later node of the graph (log-odds, where those make probabilities of it).
/// For each output, <see cref="Bias"/> and the attributions of all features add up to the margin.
/// </remarks>
public sealed class TreeShapModel
{
    private readonly TreeEnsemble _ensemble;
    private readonly LeafGame[] _leaves;
    private readonly LeafGame[] _leftOver;
    private readonly CoalitionTables? _tables;
    private readonly double[] _bias;

    private TreeShapModel(TreeEnsemble ensemble, Func<TreePath, IPathGame>? play, bool isForMany = true)
    {
        _ensemble = ensemble;
        _bias = [.. ensemble.BaseValues];
        var thresholds = ensemble.Splits.ToLookup(split => split.Feature, split => (float)split.Threshold);
        Thresholds = [.. Enumerable.Range(0, ensemble.FeatureCount).Select(feature => thresholds[feature].Distinct().Order().ToArray())];
        (_leaves, _leftOver) = ([], []);
        if (play is null) return;
        _leaves = LeafGame.Of(ensemble, play);
        (_tables, _leftOver) = isForMany ? new CoalitionTablesBuilder(ensemble, _leaves).Build() : (new CoalitionTables([], [], [], []), _leaves);
        foreach (var leaf in _leaves)
            foreach (var weight in leaf.Weights) _bias[weight.Output] += weight.Value * leaf.Game.Expectation;
    }

    /// <summary>What a row holds.</summary>
    public int FeatureCount => _ensemble.FeatureCount;

    /// <summary>How many margins there are: targets, classes, or 1 for two classes of which one is scored.</summary>
    public int OutputCount => _ensemble.OutputCount;

    /// <summary>By feature: the thresholds its splits compare it with, ascending, each once.</summary>
    public IReadOnlyList<float[]> Thresholds { get; }

    /// <summary>What the trees' own node makes of the margins: <c>NONE</c>, <c>LOGISTIC</c>, <c>SOFTMAX</c>, <c>SOFTMAX_ZERO</c> or <c>PROBIT</c>. Later nodes may make more.</summary>
    public string PostTransform => _ensemble.PostTransform;

    /// <summary>False: the file does not say how many training rows came through each node, so unknown features have no distribution. <see cref="WithBackground"/> gives one.</summary>
    public bool CanAttribute => _tables is not null;

    /// <summary>Shape [<see cref="OutputCount"/>]: the margin when no feature is known, which is the mean over the training rows or over the background.</summary>
    public ReadOnlySpan<double> Bias => CanAttribute ? _bias : throw NoDistribution();

    /// <summary>The path-dependent form: features that are not known are distributed as the training rows were at each node.</summary>
    /// <param name="onnxPath">A TreeEnsembleClassifier, TreeEnsembleRegressor (ai.onnx.ml 1 and 3) or TreeEnsemble (5) in an ONNX file.</param>
    /// <returns>Null: the model is not just one ensemble that reads its one input unchanged.</returns>
    /// <exception cref="InvalidDataException">Not an ONNX file, or its nodes are no trees.</exception>
    /// <exception cref="NotSupportedException">Trees of which there is no exact explanation: branches by membership, aggregated by MIN or MAX, or more than 64 features on one path.</exception>
    public static TreeShapModel? TryLoad(string onnxPath)
        => TreeEnsembleFile.Read(onnxPath) is { } ensemble ? new(ensemble, ensemble.HasCovers ? static path => new CoverGame(path) : null) : null;

    /// <summary>The interventional form of the same trees: features that are not known have the values they have in the rows of a background set, one row after the other.</summary>
    /// <param name="rows">Shape [n, <see cref="FeatureCount"/>], n at least 1.</param>
    /// <param name="isForMany">Whether tables are worth their making: each row then takes a hundredth of the time. It takes that of some dozen rows.</param>
    public TreeShapModel WithBackground(ReadOnlySpan<float> rows, bool isForMany = true)
    {
        if (rows.IsEmpty || rows.Length % FeatureCount != 0) throw new ArgumentException($"A background of {rows.Length} values is not of rows of {FeatureCount}.", nameof(rows));
        var background = new byte[rows.Length / FeatureCount][];
        for (var row = 0; row < background.Length; row++)
        {
            background[row] = new byte[_ensemble.Splits.Length];
            _ensemble.Ask(rows.Slice(row * FeatureCount, FeatureCount), background[row]);
        }
        return new TreeShapModel(_ensemble, path => new BackgroundGame(path, background), isForMany);
    }

    /// <summary>What the trees add up to.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="margins">Receives shape [<see cref="OutputCount"/>].</param>
    public void Margins(ReadOnlySpan<float> row, Span<double> margins)
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(margins.Length, OutputCount, nameof(margins));
        _ensemble.Margins(row, margins);
    }

    /// <summary>Shapley values.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="attributions">Receives shape [<see cref="OutputCount"/>, <see cref="FeatureCount"/>].</param>
    /// <exception cref="InvalidOperationException">Not <see cref="CanAttribute"/>.</exception>
    public void Attribute(ReadOnlySpan<float> row, Span<double> attributions)
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(attributions.Length, (long)OutputCount * FeatureCount, nameof(attributions));
        var tables = _tables ?? throw NoDistribution();
        attributions.Clear();
        var rentedOutcomes = ArrayPool<byte>.Shared.Rent(_ensemble.Splits.Length + 1);
        var rentedSets = ArrayPool<uint>.Shared.Rent(tables.SetCount);
        try
        {
            // Behind them one that is never true: tables with fewer splits than others ask it.
            var outcomes = rentedOutcomes.AsSpan(0, _ensemble.Splits.Length + 1);
            outcomes[^1] = 0;
            _ensemble.Ask(row, outcomes);
            tables.Add(outcomes, rentedSets, attributions);
            Span<double> shared = stackalloc double[TreePath.MaxFeatures];
            foreach (var leaf in _leftOver) Add(leaf, outcomes, shared, attributions);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rentedOutcomes);
            ArrayPool<uint>.Shared.Return(rentedSets);
        }
    }

    /// <summary>Shapley interaction values. Those of a feature with all others and itself add up to its attribution; what a pair has is halved between its two places.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>]; NaN: missing.</param>
    /// <param name="interactions">Receives shape [<see cref="OutputCount"/>, <see cref="FeatureCount"/>, <see cref="FeatureCount"/>].</param>
    /// <exception cref="InvalidOperationException">Not <see cref="CanAttribute"/>.</exception>
    public void Interactions(ReadOnlySpan<float> row, Span<double> interactions)
    {
        Check(row.Length, FeatureCount, nameof(row));
        Check(interactions.Length, (long)OutputCount * FeatureCount * FeatureCount, nameof(interactions));
        if (!CanAttribute) throw NoDistribution();
        interactions.Clear();
        var rented = ArrayPool<byte>.Shared.Rent(_ensemble.Splits.Length);
        try
        {
            _ensemble.Ask(row, rented);
            Span<double> attributions = stackalloc double[TreePath.MaxFeatures];
            Span<double> pairs = stackalloc double[TreePath.MaxFeatures * TreePath.MaxFeatures];
            foreach (var leaf in _leaves)
            {
                Share(leaf, rented, attributions, pairs);
                AddPairs(leaf, pairs, interactions);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Add(LeafGame leaf, ReadOnlySpan<byte> outcomes, Span<double> shared, Span<double> attributions)
    {
        leaf.Game.Attribute(leaf.Path.Satisfied(outcomes), shared);
        foreach (var weight in leaf.Weights)
        {
            var to = attributions.Slice(weight.Output * FeatureCount, FeatureCount);
            for (var place = 0; place < leaf.Path.Features.Length; place++) to[leaf.Path.Features[place]] += weight.Value * shared[place];
        }
    }

    // The interactions of a leaf's features; on the diagonal, what is left of the attributions.
    private static void Share(LeafGame leaf, ReadOnlySpan<byte> outcomes, Span<double> attributions, Span<double> pairs)
    {
        var features = leaf.Path.Features.Length;
        var satisfied = leaf.Path.Satisfied(outcomes);
        leaf.Game.Attribute(satisfied, attributions);
        leaf.Game.Interact(satisfied, pairs);
        for (var first = 0; first < features; first++)
        {
            var row = pairs.Slice(first * features, features);
            row[first] = attributions[first];
            for (var second = 0; second < features; second++)
                if (second != first) row[first] -= row[second];
        }
    }

    private void AddPairs(LeafGame leaf, ReadOnlySpan<double> pairs, Span<double> interactions)
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
        => new("The model's file does not say how many training rows came through its nodes (nodes_hitrates); a background set is needed.");
}
