namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>The nodes of an ensemble, independent of the ONNX operator.</summary>
internal interface ITreeNodes
{
    /// <summary>Root nodes of the trees.</summary>
    IReadOnlyList<int> Roots { get; }

    /// <summary>Base values, by output.</summary>
    double[] BaseValues { get; }

    /// <summary><c>SUM</c>, <c>AVERAGE</c>, <c>MIN</c> or <c>MAX</c>.</summary>
    string AggregateFunction { get; }

    string PostTransform { get; }

    bool IsLeaf(int node);

    /// <summary>Returns the weight of training rows; 0 when unknown. Null for a branch: the sum of its children.</summary>
    double? Cover(int node);

    Split Split(int node);

    int WhenTrue(int node);

    int WhenFalse(int node);

    /// <summary>Returns the weights of a leaf.</summary>
    IReadOnlyList<LeafWeight> Weights(int node);
}
