namespace InferenceServices.Inference;

/// <summary>Execution providers of ONNX Runtime that run the nodes of a model.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs, with CUDA and cuDNN.</summary>
    Cuda,

    /// <summary>NVIDIA GPUs, with TensorRT.</summary>
    TensorRT,

    /// <summary>Intel processors and GPUs, with OpenVINO.</summary>
    OpenVino,

    /// <summary>Intel processors, with oneDNN.</summary>
    Dnnl,
}
