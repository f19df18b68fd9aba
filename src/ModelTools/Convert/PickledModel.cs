using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert;

/// <summary>Opens a model that Python saved, and turns failures into sentences.</summary>
internal static class PickledModel
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="kind">What the file should contain, for messages: <c>a scikit-learn model</c>.</param>
    /// <param name="read">Reads the object of the file.</param>
    /// <exception cref="ModelFileException">The file does not exist, is corrupt or is not supported.</exception>
    public static T Read<T>(string path, string kind, Func<PickleField, T> read)
    {
        if (!File.Exists(path)) throw new ModelFileException($"{path} {(Directory.Exists(path) ? "is a directory" : "does not exist")}");
        object? root;
        try
        {
            var file = PickleFile.Read(path);
            root = PickleReader.Read(file, PickleLimits.For(file.Length), NdArray.FindInline);
        }
        catch (PickleException exception)
        {
            throw new ModelFileException($"{path} is not a pickle that can be read: {exception.Message}");
        }
        try
        {
            return read(new PickleField(root, ""));
        }
        catch (PickleException exception)
        {
            throw new ModelFileException($"{path} is not {kind}, or is corrupt: {exception.Message}");
        }
        catch (NotSupportedException exception)
        {
            throw new ModelFileException($"{path} cannot be converted: {exception.Message}");
        }
    }
}
