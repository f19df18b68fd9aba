using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>The loaded versions of one model.</summary>
/// <param name="name">The name that requests use.</param>
/// <param name="versions">At least one; lowest first.</param>
internal sealed class Model(string name, IReadOnlyList<ModelVersion> versions)
{
    public string Name => name;

    public IReadOnlyList<ModelVersion> Versions => versions;

    /// <summary>Whether all versions are disposed: the model was retired and its last request has run.</summary>
    public bool IsDisposed => versions.All(version => version.IsDisposed);

    /// <summary>Finds a version; without a version number, the highest.</summary>
    /// <exception cref="ModelNotFoundException">No such version: 404.</exception>
    public ModelVersion Find(string? version)
    {
        if (version is null) return versions[^1];
        foreach (var candidate in versions)
            if (candidate.Version == version) return candidate;
        throw new ModelNotFoundException(name, version);
    }

    /// <summary>Releases the repository's references. Each version is disposed after its last request has run.</summary>
    public void Retire()
    {
        foreach (var version in versions) version.Release();
    }
}
