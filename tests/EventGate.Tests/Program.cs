using Xunit.Runner.InProc.SystemConsole;

namespace InferenceServices.EventGate.Tests;

/// <summary>Entry point of the process that a test kills; the test host runs the tests.</summary>
internal static class Program
{
    /// <summary>The first argument of the process that posts events.</summary>
    public const string PostEvents = "post-events";

    public static async Task<int> Main(string[] args)
    {
        if (args is not [PostEvents, .. var rest]) return await ConsoleRunner.Run(args);
        await KilledProcess.RunAsync(rest);
        return 0;
    }
}
