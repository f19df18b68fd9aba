namespace InferenceServices.StorageInitializer.Sources;

/// <summary>The clock that signatures are made by. It is the machine's: a server compares it with its own.</summary>
internal static class SigningClock
{
    public static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    public static DateTime InAnHour() => Now().UtcDateTime.AddHours(1);
}
