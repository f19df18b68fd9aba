namespace InferenceServices.ModelTools.Convert;

/// <summary>A directory that appears complete or not at all: it is filled under a temporary name beside its place and then moved.</summary>
internal sealed class OutputDirectory : IDisposable
{
    private readonly string _target;

    /// <param name="target">Where the result goes. It may exist when it is empty or holds an earlier result and nothing besides.</param>
    /// <param name="names">The files a result consists of; any other belongs to somebody and is not thrown away.</param>
    /// <exception cref="ModelFileException">The directory holds something else.</exception>
    public OutputDirectory(string target, IReadOnlyCollection<string> names)
    {
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (File.Exists(_target))
            throw new ModelFileException($"{target} is a file; the output is a directory");
        var foreign = Directory.Exists(_target)
            ? new DirectoryInfo(_target).EnumerateFileSystemInfos().Select(entry => entry.Name).FirstOrDefault(name => !names.Contains(name))
            : null;
        if (foreign is not null)
            throw new ModelFileException($"{target} holds {foreign}, which is no part of a conversion; nothing was written");

        Temporary = $"{_target}.{Path.GetRandomFileName()}.partial";
        Directory.CreateDirectory(Temporary);
    }

    /// <summary>Where to write for now.</summary>
    public string Temporary { get; }

    /// <summary>Puts the directory in its place, in the stead of an earlier result.</summary>
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
