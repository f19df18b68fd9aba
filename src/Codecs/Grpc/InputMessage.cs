using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>An <c>InferInputTensor</c> as read, not validated.</summary>
internal sealed class InputMessage
{
    public string Name { get; set; } = "";

    public string Datatype { get; set; } = "";

    public Shape Shape { get; set; }

    public Dictionary<string, InferParameter>? Parameters { get; set; }

    /// <summary>Gets or sets the typed contents. The request message disposes them.</summary>
    public TensorContents? Contents { get; set; }
}
