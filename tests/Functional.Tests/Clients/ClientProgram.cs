using System.Diagnostics;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A client's run: what it ended with and what it wrote.</summary>
/// <param name="ExitCode">0 when it found everything as it wants it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ClientProgram(int ExitCode, string Output, string Error)
{
    public static Task<ClientProgram> PythonAsync(string script, params string[] arguments)
        => RunAsync("/usr/bin/python3", ["-B", TestClients.ScriptOf($"python/{script}"), .. arguments], ("PYTHONPATH", TestClients.Stubs));

    public static Task<ClientProgram> NodeAsync(string script, params string[] arguments)
        => RunAsync("node", [TestClients.ScriptOf($"node/{script}"), .. arguments], ("NODE_PATH", TestClients.Packages));

    public static async Task<ClientProgram> RunAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(guard.Token);
            var error = process.StandardError.ReadToEndAsync(guard.Token);
            await process.WaitForExitAsync(guard.Token);
            return new ClientProgram(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Asserts that it is content, or says what it said.</summary>
    public void AssertContent() => Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Error}");
}
