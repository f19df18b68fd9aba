using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Repository;

/// <summary>Builds the repository index from the models on disk and the loaded models.</summary>
/// <remarks>Triton, model repository extension. A loaded model stays READY while it is reloaded.</remarks>
internal static class RepositoryIndex
{
    private const string NotLoaded = "not loaded";

    /// <summary>Returns one entry for each version of each model.</summary>
    /// <returns>Ordered by name, then by version.</returns>
    public static IReadOnlyList<RepositoryEntry> Of(IReadOnlyList<DiscoveredModel> found, RepositorySnapshot loaded)
    {
        var onDisk = found.ToDictionary(model => model.Name, StringComparer.Ordinal);
        return [.. onDisk.Keys.Union(loaded.Models.Keys).Union(loaded.Retired.Select(model => model.Name))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => Describe(name, onDisk.GetValueOrDefault(name), loaded))];
    }

    private static IEnumerable<RepositoryEntry> Describe(string name, DiscoveredModel? found, RepositorySnapshot loaded)
    {
        var onDisk = found?.Versions.Select(file => file.Version) ?? [];
        if (loaded.Models.TryGetValue(name, out var model))
        {
            if (model is null) return Entries(name, onDisk, ModelState.Loading);
            var versions = model.Versions.Select(version => version.Version).ToArray();
            var reason = loaded.Failures.GetValueOrDefault(name, "");
            return Entries(name, versions, ModelState.Ready, reason).Concat(
                onDisk.Except(versions).Select(version => new RepositoryEntry(name, version, ModelState.Unavailable, NotLoaded)));
        }
        var finishing = loaded.Retired.Where(retired => retired.Name == name).SelectMany(retired => retired.Versions).Select(version => version.Version).Distinct().ToArray();
        return finishing.Length > 0
            ? Entries(name, finishing, ModelState.Unloading)
            : Entries(name, onDisk, ModelState.Unavailable, loaded.Failures.GetValueOrDefault(name) ?? found?.Failure?.Message ?? NotLoaded);
    }

    private static IEnumerable<RepositoryEntry> Entries(string name, IEnumerable<string> versions, ModelState state, string reason = "")
        => versions.Cast<string?>().DefaultIfEmpty(null).Select(version => new RepositoryEntry(name, version, state, reason));
}
