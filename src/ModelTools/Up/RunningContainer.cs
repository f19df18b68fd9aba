using System.Diagnostics;
using System.Runtime.InteropServices;

namespace InferenceServices.ModelTools.Up;

/// <summary>A process whose lines are shown with its name before them.</summary>
internal sealed partial class RunningContainer : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly Task _lines;

    private RunningContainer(string name, Process process, Action<string> show)
    {
        Name = name;
        _process = process;
        _lines = Task.WhenAll(ShowAsync(process.StandardOutput, show), ShowAsync(process.StandardError, show));
        Exited = WaitAsync();
    }

    public string Name { get; }

    /// <summary>Its exit code, when it has ended and all its lines are shown.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="ModelFileException">The program is not there.</exception>
    public static RunningContainer Start(string name, ProcessStartInfo start, TextWriter output)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            return new RunningContainer(name, Process.Start(start)!, line => { lock (output) output.WriteLine($"{name,-19} | {line}"); });
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new ModelFileException($"{name}: {start.FileName} cannot be run: {failure.Message}");
        }
    }

    /// <summary>Asks it to finish what it has and end; after the time it is ended.</summary>
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

    private static async Task ShowAsync(StreamReader lines, Action<string> show)
    {
        while (await lines.ReadLineAsync() is { } line) show(line);
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
