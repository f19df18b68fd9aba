namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Reads the two INT64 that start a matrix: rows and columns.</summary>
internal static class MatrixSize
{
    private const long LargestRows = 1L << 32;
    private const long LargestColumns = 1L << 16;

    public static (long Rows, int Columns) Read(FileCursor file, string part)
    {
        var rows = file.ReadInt64(part);
        var columns = file.ReadInt64(part);
        if (rows is < 1 or > LargestRows || columns is < 1 or > LargestColumns)
            throw file.Error($"is corrupt: its {part} declares {rows} rows of {columns} numbers");
        return (rows, (int)columns);
    }
}
