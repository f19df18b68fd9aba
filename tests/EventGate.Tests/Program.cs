namespace InferenceServices.EventGate.Tests;

/// <summary>What a test that kills a process starts; tests themselves are run by the test host.</summary>
internal static class Program
{
    public static Task Main(string[] args) => KilledProcess.RunAsync(args);
}
