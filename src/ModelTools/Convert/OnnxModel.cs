using System.Reflection;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert;

/// <summary>Creates the models that conversions write.</summary>
internal static class OnnxModel
{
    private const int IrVersion = 8;

    /// <summary>Creates a model with this program as producer.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="description">Describes inputs and outputs.</param>
    /// <param name="opsets">Domains and versions of the operators.</param>
    public static ModelProto Create(GraphProto graph, string description, params ReadOnlySpan<OperatorSetIdProto> opsets)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "isvc",
            ProducerVersion = typeof(OnnxModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            DocString = description,
            Graph = graph,
        };
        foreach (var opset in opsets) model.OpsetImport.Add(opset);
        return model;
    }
}
