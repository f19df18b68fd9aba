namespace InferenceServices.StorageInitializer.Sources;

/// <summary>The system clock for signatures, which servers compare with their own clock.</summary>
internal static class SigningClock
{
    public static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    public static DateTime OneHourFromNow() => Now().UtcDateTime.AddHours(1);
}
