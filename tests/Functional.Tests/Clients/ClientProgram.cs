using System.Diagnostics;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Result of a client program.</summary>
/// <param name="ExitCode">Exit code; 0 if all checks of the script pass.</param>
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

    /// <summary>Asserts exit code 0; the failure message has the output.</summary>
    public void AssertSuccess() => Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Error}");
}
