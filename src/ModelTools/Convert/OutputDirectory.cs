namespace InferenceServices.ModelTools.Convert;

/// <summary>Writes a directory atomically: files go to a temporary directory next to the target, which is then moved.</summary>
internal sealed class OutputDirectory : IDisposable
{
    private readonly string _target;

    /// <param name="target">Target directory. It may exist if it is empty or has only files of an earlier result.</param>
    /// <param name="names">File names of a result; other files are never deleted.</param>
    /// <exception cref="ModelFileException">The directory contains other files.</exception>
    public OutputDirectory(string target, IReadOnlyCollection<string> names)
    {
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (File.Exists(_target))
            throw new ModelFileException($"{target} is a file; the output is a directory");
        var foreign = Directory.Exists(_target)
            ? new DirectoryInfo(_target).EnumerateFileSystemInfos().Select(entry => entry.Name).FirstOrDefault(name => !names.Contains(name))
            : null;
        if (foreign is not null)
            throw new ModelFileException($"{target} contains {foreign}, which no conversion writes; nothing was written");

        Temporary = $"{_target}.{Path.GetRandomFileName()}.partial";
        Directory.CreateDirectory(Temporary);
    }

    /// <summary>Gets the temporary directory.</summary>
    public string Temporary { get; }

    /// <summary>Moves the directory to the target, replacing an earlier result.</summary>
    public void Complete()
    {
        if (Directory.Exists(_target))
            Directory.Delete(_target, recursive: true);
        Directory.Move(Temporary, _target);
    }

    public void Dispose()
    {
        if (Directory.Exists(Temporary))
            Directory.Delete(Temporary, recursive: true);
    }
}
