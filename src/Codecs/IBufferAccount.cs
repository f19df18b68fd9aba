namespace InferenceServices.Codecs;

/// <summary>Counts the memory of a large buffer.</summary>
internal interface IBufferAccount
{
    /// <summary>Reserves memory; throws if a limit is reached.</summary>
    void Reserve(long bytes);

    /// <summary>Returns memory.</summary>
    void Release(long bytes);
}
