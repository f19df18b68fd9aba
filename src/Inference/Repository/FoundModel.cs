using System.Globalization;
using System.Text;

namespace InferenceServices.Inference.Repository;

/// <summary>One model on disk.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Versions">Lowest first; none when it cannot be told what is there.</param>
/// <param name="Failure">Why it cannot be loaded as it lies there; null when nothing is known against it.</param>
internal sealed record FoundModel(string Name, IReadOnlyList<ModelFile> Versions, ModelLoadException? Failure = null)
{
    /// <summary>What lies on disk for it, in a form that changes whenever a file does: names, lengths, times, and where links lead.</summary>
    /// <exception cref="IOException">A file went away meanwhile.</exception>
    public string ReadFingerprint()
    {
        var text = new StringBuilder();
        foreach (var version in Versions)
        {
            // Labels and weights beside a model may have any name.
            var files = new DirectoryInfo(version.Folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal);
            foreach (var file in version.Common is { } common ? files.Append(new FileInfo(common.Path)) : files)
            {
                var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                text.Append(CultureInfo.InvariantCulture, $"{file.FullName}|{target.FullName}|{target.Length}|{target.LastWriteTimeUtc.Ticks}\n");
            }
        }
        return text.ToString();
    }
}
