namespace InferenceServices.Codecs;

/// <summary>Counts the memory of a request's tensors and objects.</summary>
internal interface IWorkAccount
{
    /// <summary>Reserves memory before it is allocated; throws if a limit is reached.</summary>
    void ReserveWork(long bytes);
}
