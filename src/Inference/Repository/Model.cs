using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>The loaded versions of one model.</summary>
/// <param name="name">What requests call it.</param>
/// <param name="versions">At least one, lowest first.</param>
internal sealed class Model(string name, IReadOnlyList<ModelVersion> versions)
{
    public string Name => name;

    public IReadOnlyList<ModelVersion> Versions => versions;

    /// <summary>Whether it was retired and its last request has run.</summary>
    public bool IsGone => versions.All(version => version.IsGone);

    /// <summary>One version, or the highest when none is named.</summary>
    /// <exception cref="ModelNotFoundException">No such version: 404.</exception>
    public ModelVersion Find(string? version)
    {
        if (version is null) return versions[^1];
        foreach (var candidate in versions)
            if (candidate.Version == version) return candidate;
        throw new ModelNotFoundException(name, version);
    }

    /// <summary>Gives back the repository's leases: each version goes when its last request has run.</summary>
    public void Retire()
    {
        foreach (var version in versions) version.Return();
    }
}
