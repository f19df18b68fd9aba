using System.Diagnostics;
using System.Runtime.InteropServices;

namespace InferenceServices.ModelTools.Up;

/// <summary>A process whose output lines are printed with its name as prefix.</summary>
internal sealed partial class RunningContainer : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly Task _lines;

    private RunningContainer(string name, Process process, Action<string> print)
    {
        Name = name;
        _process = process;
        _lines = Task.WhenAll(PrintAsync(process.StandardOutput, print), PrintAsync(process.StandardError, print));
        Exited = WaitAsync();
    }

    public string Name { get; }

    /// <summary>Completes with the exit code, after the process has exited and all its lines are printed.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a process.</summary>
    /// <exception cref="ModelFileException">The program cannot be started.</exception>
    public static RunningContainer Start(string name, ProcessStartInfo start, TextWriter output)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            return new RunningContainer(name, Process.Start(start)!, line => { lock (output) output.WriteLine($"{name,-19} | {line}"); });
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new ModelFileException($"{name}: {start.FileName} cannot be started: {failure.Message}");
        }
    }

    /// <summary>Sends SIGTERM and waits; kills the process after the grace period.</summary>
    public async Task<int> StopAsync(TimeSpan grace)
    {
        if (!_process.HasExited) _ = Kill(_process.Id, Sigterm);
        try
        {
            return await Exited.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            return await Exited;
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task PrintAsync(StreamReader lines, Action<string> print)
    {
        while (await lines.ReadLineAsync() is { } line) print(line);
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _lines;
        return _process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
