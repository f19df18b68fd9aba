using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Builds the graph of a model, in double precision throughout.</summary>
internal static class SklearnGraph
{
    public const int Opset = 17;
    public const int MlOpset = 5;
    public const string MlDomain = "ai.onnx.ml";

    /// <summary>Builds the graph.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasClassNumbers">Whether <c>label</c> is the index of the class; otherwise its value.</param>
    public static GraphProto Build(SklearnModel model, bool hasClassNumbers)
    {
        var graph = new GraphBuilder("sklearn");
        var features = graph.Input("features", OnnxDatatype.Fp64, "batch", model.FeatureNames.Length);
        switch (model.Estimator)
        {
            case null:
                graph.Output(graph.Node("Identity", "variable", AddSteps(graph, features, model)), OnnxDatatype.Fp64, "batch", model.FeatureNames.Length);
                break;
            case SklearnTrees trees:
                graph.Graph.Node.Add(trees.Trees.ToNode(features, "sums", trees.Sums));
                AddLink(graph, "sums", trees, hasClassNumbers);
                break;
            case SklearnLinear linear:
                var products = graph.Node("MatMul", "products", AddSteps(graph, features, model), graph.Constant("weights", linear.Weights, model.FeatureNames.Length, linear.Sums));
                AddLink(graph, graph.Node("Add", "sums", products, graph.Constant("intercepts", linear.Intercepts, linear.Sums)), linear, hasClassNumbers);
                break;
        }
        return graph.Graph;
    }

    private static string AddSteps(GraphBuilder graph, string value, SklearnModel model)
    {
        for (var index = 0; index < model.Steps.Count; index++)
        {
            var (step, name) = (model.Steps[index], $"step{index}");
            var operand = graph.Constant($"{name}_operand", step.Values, step.Values.Length);
            value = step.Kind switch
            {
                PreprocessingKind.Subtract => graph.Node("Sub", name, value, operand),
                PreprocessingKind.Divide => graph.Node("Div", name, value, operand),
                PreprocessingKind.Multiply => graph.Node("Mul", name, value, operand),
                PreprocessingKind.Add => graph.Node("Add", name, value, operand),
                PreprocessingKind.AtLeast => graph.Node("Max", name, value, operand),
                PreprocessingKind.AtMost => graph.Node("Min", name, value, operand),
                _ => graph.Node("Where", name, graph.Node("IsNaN", $"{name}_missing", value), operand, value),
            };
        }
        return value;
    }

    private static void AddLink(GraphBuilder graph, string sums, SklearnEstimator estimator, bool hasClassNumbers)
    {
        if (estimator.Classes is not { } classes)
        {
            graph.Output(graph.Node(estimator.Link == SklearnLink.Exponential ? "Exp" : "Identity", "variable", sums), OnnxDatatype.Fp64, "batch", estimator.Sums);
            return;
        }
        var isSecond = classes.Count == 2 && estimator.Sums == 1;
        var name = isSecond ? "second" : "probabilities";
        var probabilities = estimator.Link switch
        {
            SklearnLink.Logistic => graph.Node("Sigmoid", name, sums),
            SklearnLink.Softmax => graph.Node("Softmax", name, [sums], [("axis", 1)]),
            SklearnLink.OneVersusRest => AddShares(graph, graph.Node("Sigmoid", "odds", sums), name),
            _ => graph.Node("Identity", name, sums),
        };
        if (isSecond) probabilities = graph.Node("Concat", "probabilities", [graph.Node("Sub", "first", graph.Constant("one", [1d]), probabilities), probabilities], [("axis", 1)]);
        graph.Output(probabilities, OnnxDatatype.Fp64, "batch", classes.Count);
        AddLabel(graph, probabilities, classes, hasClassNumbers);
    }

    private static string AddShares(GraphBuilder graph, string odds, string name)
        => graph.Node("Div", name, odds, graph.Node("ReduceSum", "total", [odds, graph.Constant("classes_axis", [1L], 1)], [("keepdims", 1)]));

    private static void AddLabel(GraphBuilder graph, string probabilities, SklearnClasses classes, bool hasClassNumbers)
    {
        (string Name, long Value)[] attributes = [("axis", 1), ("keepdims", 0)];
        if (hasClassNumbers)
        {
            graph.Output(graph.Node("ArgMax", "label", [probabilities], attributes), OnnxDatatype.Int64, "batch");
            return;
        }
        var index = graph.Node("ArgMax", "class", [probabilities], attributes);
        var (values, datatype) = classes switch
        {
            { Integers: { } integers } => (graph.Constant("classes", integers, integers.Length), OnnxDatatype.Int64),
            { Numbers: { } numbers } => (graph.Constant("classes", numbers, numbers.Length), OnnxDatatype.Fp64),
            _ => (graph.Constant("classes", classes.Names), OnnxDatatype.String),
        };
        graph.Output(graph.Node("Gather", "label", values, index), datatype, "batch");
    }
}
