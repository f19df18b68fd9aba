using Microsoft.Extensions.Configuration;

namespace InferenceServices.Architecture.Tests;

/// <summary>Breaks every rule, so that the rules can be seen to find it. Never run.</summary>
internal static class Offender
{
    public static string? Environment => System.Environment.GetEnvironmentVariable("PATH");

    public static Func<DateTime> Clock => () => DateTime.UtcNow;

    public static async IAsyncEnumerable<DateTimeOffset> ClocksAsync()
    {
        await Task.Yield();
        yield return DateTimeOffset.Now;
        yield return DateTime.Now;
    }

    public static void Sleep() => Thread.Sleep(1);

    public static HttpClient Connect() => new();

    public static void Write(IConfiguration configuration) => Console.WriteLine(configuration["key"]);
}
