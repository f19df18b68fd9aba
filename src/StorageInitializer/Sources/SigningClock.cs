namespace InferenceServices.StorageInitializer.Sources;

/// <summary>The system clock for signatures, which servers compare with their own clock.</summary>
internal static class SigningClock
{
    public static DateTime OneHourFromNow() => TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);
}
