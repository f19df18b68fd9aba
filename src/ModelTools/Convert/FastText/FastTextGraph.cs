using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Builds the graph: mean of the embedding rows, product with the output matrix, transformation of the loss.</summary>
/// <remarks>
/// Source: fastText 0.9.2, Model::computeHidden and Loss::predict with its subclasses. fastText reports exp(log(p + 1e-5)), so every
/// probability here includes that 1e-5 too and may exceed 1 by as much.
/// </remarks>
internal static class FastTextGraph
{
    public const int Opset = 17;
    public const string Ids = "ids", Probabilities = "probabilities";

    /// <summary>Maximum number of labels of a small tree; its matrix needs at most 2 MiB.</summary>
    public const int LargestSmallTree = 512;

    private const float Epsilon = 1e-5f;

    // fastText uses a sigmoid table of 512 steps over -8 … 8.
    private const int SigmoidSteps = 512;
    private const float SigmoidBound = 8;

    /// <param name="model">The model.</param>
    /// <param name="embedding">FP32 [rows + 1, dim]: the input matrix and a last row of zeros, which padding -1 selects.</param>
    /// <param name="weights">FP32 [labels, dim]: the output matrix; for hierarchical softmax [2 · labels, dim] of <see cref="BothSidesRows"/>.</param>
    /// <param name="largestSmallTree">See <see cref="LargestSmallTree"/>.</param>
    public static GraphProto Build(FastTextModelFile model, TensorProto embedding, TensorProto weights, int largestSmallTree)
    {
        var labels = model.Dictionary.Labels.Count;
        var graph = new GraphBuilder("fasttext");
        var ids = graph.Input(Ids, OnnxDatatype.Int64, "batch", "length");
        var hidden = Mean(graph, ids, graph.Constant(embedding));
        var scores = graph.Node("Gemm", "scores", [hidden, graph.Constant(weights)], [("transB", 1)]);
        switch (model.Args.Loss)
        {
            case FastTextLoss.HierarchicalSoftmax:
                AddTree(graph, scores, new HuffmanTree(model.Dictionary.Labels), labels, labels <= largestSmallTree);
                break;
            case FastTextLoss.Softmax:
                AddEpsilon(graph, graph.Node("Softmax", "softmax", [scores], [("axis", -1)]), Probabilities);
                break;
            default:
                AddEpsilon(graph, TableSigmoid(graph, scores), Probabilities);
                break;
        }
        graph.Output(Probabilities, OnnxDatatype.Fp32, "batch", labels);
        return graph.Graph;
    }

    private static string Mean(GraphBuilder graph, string ids, string embedding)
    {
        var overLength = graph.Constant("over_length", [1L], 1);
        var rows = graph.Node("Gather", "rows", embedding, ids);
        var sum = graph.Node("ReduceSum", "sum", [rows, overLength], [("keepdims", 0)]);
        var present = graph.Node("GreaterOrEqual", "present", ids, graph.Constant("first_row", [0L]));
        var ones = graph.Node("Cast", "ones", [present], [("to", OnnxDatatype.Fp32)]);
        var count = graph.Node("ReduceSum", "count", [ones, overLength], [("keepdims", 1)]);
        // A text without rows has no mean; divide by 1 to get zeros instead of NaN.
        var divisor = graph.Node("Max", "divisor", count, graph.Constant("one", [1f]));
        return graph.Node("Div", "hidden", sum, divisor);
    }

    private static string AddEpsilon(GraphBuilder graph, string value, string name)
    {
        if (graph.Graph.Initializer.All(constant => constant.Name != "epsilon"))
            graph.Constant("epsilon", [Epsilon]);
        return graph.Node("Add", name, value, "epsilon");
    }

    /// <summary>Source: fastText 0.9.2, Loss::sigmoid: a step function; exactly 0 and 1 beyond the table.</summary>
    private static string TableSigmoid(GraphBuilder graph, string scores)
    {
        var table = new float[SigmoidSteps + 1];
        for (var i = 0; i < table.Length; i++)
        {
            var x = ((float)(i * 2 * (int)SigmoidBound) / SigmoidSteps) - SigmoidBound;
            table[i] = (float)(1.0 / (1.0 + MathF.Exp(-x)));
        }

        var shifted = graph.Node("Add", "shifted", scores, graph.Constant("bound", [SigmoidBound]));
        var scaled = graph.Node("Mul", "scaled", shifted, graph.Constant("steps_per_unit", [SigmoidSteps / (2 * SigmoidBound)]));
        var clipped = graph.Node("Clip", "clipped", scaled, graph.Constant("first_step", [0f]), graph.Constant("last_step", [(float)SigmoidSteps]));
        var step = graph.Node("Cast", "step", [graph.Node("Floor", "floor", clipped)], [("to", OnnxDatatype.Int32)]);
        var inside = graph.Node("Gather", "inside", graph.Constant("sigmoid", table, table.Length), step);
        var above = graph.Node("Greater", "above", scores, "bound");
        var below = graph.Node("Less", "below", scores, graph.Constant("negative_bound", [-SigmoidBound]));
        var low = graph.Node("Where", "low", below, graph.Constant("never", [0f]), inside);
        return graph.Node("Where", "high", above, graph.Constant("always", [1f]), low);
    }

    /// <summary>
    /// A label's probability is the product over its path of the probability of the side it takes at each node, each with epsilon.
    /// The logarithms of all sides are summed by path: in a small tree by a product with a matrix of ones and zeros (lid.176 takes
    /// 23 µs instead of 40); in a large tree, whose matrix would be larger than the model, by a gather.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scores">FP32 [batch, 2 · labels]: scores of all inner nodes, then their negatives.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="small">Whether the tree is small.</param>
    private static void AddTree(GraphBuilder graph, string scores, HuffmanTree tree, int labels, bool small)
    {
        var depth = Math.Max(1, tree.Depth);
        var sides = graph.Node("Sigmoid", "sides", scores);
        var logarithms = graph.Node("Log", "logarithms", AddEpsilon(graph, sides, "sides_epsilon"));
        var sum = small
            ? graph.Node("MatMul", "path_sum", logarithms, graph.Constant("paths", PathMatrix(tree, labels, depth), 2 * labels, labels))
            : GatherPaths(graph, logarithms, tree, labels, depth);
        graph.Node("Exp", Probabilities, sum);
    }

    private static float[] PathMatrix(HuffmanTree tree, int labels, int depth)
    {
        var matrix = new float[2 * labels * labels];
        Span<int> path = new int[depth];
        for (var label = 0; label < labels; label++)
        {
            var length = tree.Path(label, path);
            foreach (var side in path[..length])
                matrix[(side * labels) + label] = 1;
        }
        return matrix;
    }

    private static string GatherPaths(GraphBuilder graph, string logarithms, HuffmanTree tree, int labels, int depth)
    {
        // Shorter paths are padded with the index of a logarithm of 0.
        var paths = new int[checked(labels * depth)];
        Array.Fill(paths, 2 * labels);
        for (var label = 0; label < labels; label++)
            tree.Path(label, paths.AsSpan(label * depth, depth));
        var padded = graph.Node("Pad", "padded", logarithms, graph.Constant("one_column", [0L, 0L, 0L, 1L], 4));
        var along = graph.Node("Gather", "along_path", [padded, graph.Constant("paths", paths, labels, depth)], [("axis", 1)]);
        return graph.Node("ReduceSum", "path_sum", [along, graph.Constant("over_depth", [2L], 1)], [("keepdims", 0)]);
    }
}
