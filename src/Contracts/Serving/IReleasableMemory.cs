namespace InferenceServices.Contracts.Serving;

/// <summary>Holds memory between requests, and can release what is not in use.</summary>
internal interface IReleasableMemory
{
    /// <summary>Releases the memory. Called when the server is idle after a peak.</summary>
    void Release();
}
