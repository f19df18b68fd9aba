using System.Globalization;
using System.Text;

namespace InferenceServices.Inference.Repository;

/// <summary>A model that was found on disk.</summary>
/// <param name="Name">The name that requests use.</param>
/// <param name="Versions">Lowest version first; empty when the folder could not be read.</param>
/// <param name="Failure">The reason why the model cannot be loaded; null when none is known.</param>
internal sealed record DiscoveredModel(string Name, IReadOnlyList<ModelFile> Versions, ModelLoadException? Failure = null)
{
    /// <summary>The policy that selected the versions.</summary>
    public string VersionPolicy { get; init; } = "all";

    /// <summary>Whether the name is that of the folder: the settings contain none that the owner chose.</summary>
    public bool IsNamedByFolder => Versions.All(file => file.Settings.HasFolderName && (file.Common?.HasFolderName ?? true));

    /// <summary>Returns the model under another name.</summary>
    public DiscoveredModel Rename(string name) => this with { Name = name, Versions = [.. Versions.Select(file => file with { Name = name })] };

    /// <summary>Returns a text that changes whenever a file of the model changes: names, lengths, modification times and link targets.</summary>
    /// <exception cref="IOException">A file was deleted during the read.</exception>
    public string ReadFingerprint()
    {
        var text = new StringBuilder();
        foreach (var version in Versions)
        {
            try
            {
                // Label and weight files beside a model may have any name.
                var files = new DirectoryInfo(version.Folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal);
                foreach (var file in version.Common is { } common ? files.Append(new FileInfo(common.Path)) : files)
                {
                    var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                    text.Append(CultureInfo.InvariantCulture, $"{file.FullName}|{target.FullName}|{(target.Exists ? target.Length : -1)}|{target.LastWriteTimeUtc.Ticks}\n");
                }
            }
            // A file or folder that is being replaced, or a link to itself: a change of this model only.
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                text.Append(CultureInfo.InvariantCulture, $"{version.Folder}|{exception.Message}\n");
            }
        }
        return text.ToString();
    }
}
