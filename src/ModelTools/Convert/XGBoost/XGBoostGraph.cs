using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Builds the graph: the sums of the trees and the transformation of the objective.</summary>
/// <remarks>XGBoost compares <c>value &lt; threshold</c> and sums in FP32; so does the graph.</remarks>
internal static class XGBoostGraph
{
    public const int Opset = 17;
    public const int MlOpset = 3;
    public const string MlDomain = "ai.onnx.ml";

    public static GraphProto Build(XGBoostModel model)
    {
        var graph = new GraphBuilder("xgboost");
        var sums = AddTrees(graph, graph.Input("features", OnnxDatatype.Fp32, "batch", model.FeatureCount), model);
        switch (model.Objective)
        {
            case XGBoostObjective.Binary:
                var second = graph.Node("Sigmoid", "second", sums);
                var first = graph.Node("Sub", "first", graph.Constant("one", [1f]), second);
                AddClasses(graph, graph.Node("Concat", "probabilities", [first, second], [("axis", 1)]), model.Classes);
                break;
            case XGBoostObjective.Multiclass:
                AddClasses(graph, graph.Node("Softmax", "probabilities", [sums], [("axis", 1)]), model.Classes);
                break;
            case XGBoostObjective.Logistic:
                AddValue(graph, graph.Node("Sigmoid", "value", sums));
                break;
            case XGBoostObjective.Exponential:
                AddValue(graph, graph.Node("Exp", "value", sums));
                break;
            default:
                AddValue(graph, graph.Node("Identity", "value", sums));
                break;
        }
        return graph.Graph;
    }

    private static void AddClasses(GraphBuilder graph, string probabilities, int classes)
    {
        graph.Output(probabilities, OnnxDatatype.Fp32, "batch", classes);
        graph.Output(graph.Node("ArgMax", "label", [probabilities], [("axis", 1), ("keepdims", 0)]), OnnxDatatype.Int64, "batch");
    }

    private static void AddValue(GraphBuilder graph, string value) => graph.Output(value, OnnxDatatype.Fp32, "batch", 1);

    private static string AddTrees(GraphBuilder graph, string features, XGBoostModel model)
    {
        var attributes = new TreeAttributes();
        for (var tree = 0; tree < model.Trees.Count; tree++) attributes.Add(model.Trees[tree], tree);
        var node = new NodeProto { OpType = "TreeEnsembleRegressor", Domain = MlDomain, Name = "sums" };
        node.Input.Add(features);
        node.Output.Add(node.Name);
        node.Attribute.Add(attributes.All);
        node.Attribute.Add(new AttributeProto { Name = "n_targets", I = model.Outputs, Type = AttributeProto.Types.AttributeType.Int });
        node.Attribute.Add(new AttributeProto { Name = "aggregate_function", S = ByteString.CopyFromUtf8("SUM"), Type = AttributeProto.Types.AttributeType.String });
        graph.Graph.Node.Add(node);
        return node.Name;
    }
}
