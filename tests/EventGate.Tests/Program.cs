namespace InferenceServices.EventGate.Tests;

/// <summary>Entry point of the process that a test kills; the test host runs the tests.</summary>
internal static class Program
{
    public static Task Main(string[] args) => KilledProcess.RunAsync(args);
}
