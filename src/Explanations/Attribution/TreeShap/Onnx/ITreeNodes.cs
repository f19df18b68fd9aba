namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>An ensemble as a node of the graph lists it, whatever its form.</summary>
internal interface ITreeNodes
{
    /// <summary>The nodes trees begin with.</summary>
    IReadOnlyList<int> Roots { get; }

    /// <summary>By output.</summary>
    double[] BaseValues { get; }

    /// <summary><c>SUM</c>, <c>AVERAGE</c>, <c>MIN</c> or <c>MAX</c>.</summary>
    string AggregateFunction { get; }

    string PostTransform { get; }

    bool IsLeaf(int node);

    /// <summary>0 where it is not known.</summary>
    double Cover(int node);

    Split Split(int node);

    int WhenTrue(int node);

    int WhenFalse(int node);

    /// <summary>What a leaf adds.</summary>
    IReadOnlyList<LeafWeight> Weights(int node);
}
