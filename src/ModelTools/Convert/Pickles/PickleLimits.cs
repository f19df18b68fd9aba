namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Limits of reading a pickle.</summary>
/// <param name="Memory">Largest estimated size of all objects in bytes, without the file itself.</param>
/// <param name="Stack">Most values on the stack: a tuple of more items is refused.</param>
/// <param name="Depth">Most open marks, and most pickles inside of each other.</param>
/// <param name="Memo">Most memo entries.</param>
/// <param name="Name">Longest name of a class or module, and longest line of a number, in bytes.</param>
internal sealed record PickleLimits(long Memory, int Stack = 1_000_000, int Depth = 1_000, int Memo = 10_000_000, int Name = 1_000)
{
    // A tree of three nodes has 0.4 kB in the file and 3 kB as objects; files of large trees contain mostly arrays, which are not copied.
    private const long SmallFile = 128L << 20;

    /// <summary>Returns the limits for a file. Reading a large file takes up to four times its size: the file, the objects, and the growth of lists.</summary>
    /// <param name="bytes">Size of the uncompressed file.</param>
    public static PickleLimits For(long bytes) => new(Math.Max(SmallFile, bytes + bytes / 2));
}
