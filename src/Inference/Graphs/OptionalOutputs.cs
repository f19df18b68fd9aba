using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>Replaces outputs that are optional tensors by tensors. A run that has no tensor for an output fails.</summary>
internal static class OptionalOutputs
{
    /// <summary>Replaces every optional tensor among the outputs of a graph.</summary>
    /// <returns>Whether the graph changed.</returns>
    public static bool Replace(GraphProto graph)
    {
        var hasChanged = false;
        foreach (var output in graph.Output)
        {
            if (output.Type?.OptionalType?.ElemType is not { TensorType: not null } type) continue;
            var optional = output.Name + ":optional";
            Rename(graph, output.Name, optional);
            graph.Node.Add(new NodeProto { OpType = "OptionalGetElement", Name = $"{ModelGraph.ReasonPrefix}output {output.Name.Replace('\'', ' ')} has no value", Input = { optional }, Output = { output.Name } });
            output.Type = type.Clone();
            hasChanged = true;
        }
        return hasChanged;
    }

    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (var node in GraphReader.AllNodes(graph))
        {
            for (var i = 0; i < node.Input.Count; i++)
                if (node.Input[i] == from) node.Input[i] = to;
        }
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Output.Count; i++)
                if (node.Output[i] == from) node.Output[i] = to;
        }
        foreach (var value in graph.ValueInfo)
            if (value.Name == from) value.Name = to;
    }
}
