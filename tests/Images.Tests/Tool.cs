using System.Diagnostics;
using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>Runs a program with the container storage of <c>eng/containers</c> instead of the user's.</summary>
internal static class Tool
{
    public static readonly string[] Images = ["predictor", "transformer", "explainer", "storage-initializer", "ores-legacy"];

    /// <summary>Podman options equivalent to the security context of a pod.</summary>
    public static readonly string[] Confined = ["--network=host", "--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges", "--pull=never"];

    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(10);

    public static ProcessStartInfo Of(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Checkout.Root };
        start.Environment["CONTAINERS_CONF"] = Checkout.PathOf("artifacts/containers/containers.conf");
        start.Environment["CONTAINERS_STORAGE_CONF"] = Checkout.PathOf("artifacts/containers/storage.conf");
        return start;
    }

    /// <summary>Runs to the end and returns exit code and output.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(Guard);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(guard.Token), process.StandardError.ReadToEndAsync(guard.Token));
        await process.WaitForExitAsync(guard.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Returns the output of a program that exits with code 0.</summary>
    public static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(Of(program, arguments));
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}\n{error}{output}");
        return output;
    }
}
