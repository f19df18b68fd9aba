using System.Globalization;

namespace InferenceServices.StorageInitializer;

/// <summary>Formats sizes for log lines and messages.</summary>
internal static class ByteSize
{
    public static string Format(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.0} MiB"),
    };
}
