using System.Globalization;

namespace InferenceServices.ModelTools.Inspect;

/// <summary>Writes two columns of culture-independent text.</summary>
internal static class ReportWriter
{
    public static void Line(this TextWriter output, string name, object value)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} {value}"));

    public static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} bytes",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GiB"),
    };
}
