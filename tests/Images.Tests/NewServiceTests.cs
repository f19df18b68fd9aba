using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>Runs <c>scripts/new-service</c> and then the commands that it prints, in a copy of the checkout.</summary>
public sealed partial class NewServiceTests
{
    private const string Name = "sample-service";

    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_skeleton_of_a_service_builds_passes_its_tests_and_responds()
    {
        using var copy = await CleanCopy.MakeAsync();
        // Reuses a packed ONNX Runtime.
        foreach (var file in Directory.GetFiles(Checkout.PathOf("eng/feed"))) File.Copy(file, Path.Combine(copy.Path, "eng/feed", Path.GetFileName(file)), overwrite: true);

        var created = await OutputAsync(copy, "scripts/new-service", Name);
        var commands = Command().Matches(created).Select(match => match.Value.Trim()).ToList();

        Assert.Equal(["dotnet", "scripts/build", "scripts/serve", "curl"], commands.Select(command => command.Split(' ')[0]));
        Assert.Matches(@"(Passed|succeeded):\s+4\b", await OutputAsync(copy, "bash", "-c", commands[0]));
        await OutputAsync(copy, "bash", "-c", commands[1]);
        var port = FindFreePort();
        using var server = Process.Start(Start(copy, "bash", "-c", $"exec {commands[2]} --host 127.0.0.1 --http_port {port} --enable_grpc=false"))!;
        try
        {
            _ = server.StandardOutput.ReadToEndAsync();
            _ = server.StandardError.ReadToEndAsync();
            await WaitUntilReadyAsync(new Uri($"http://127.0.0.1:{port}/v2/health/ready"), server);
            var response = await OutputAsync(copy, "bash", "-c", commands[3].Replace("localhost:8080", $"127.0.0.1:{port}", StringComparison.Ordinal).Replace("curl ", "curl -sS ", StringComparison.Ordinal));

            Assert.Equal("""{"label":1,"probability":0.9939016}""", response.Trim());
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static ProcessStartInfo Start(CleanCopy copy, string program, params string[] arguments)
    {
        var start = Tool.Of(program, arguments);
        start.WorkingDirectory = copy.Path;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    private static async Task<string> OutputAsync(CleanCopy copy, string program, params string[] arguments)
    {
        var path = program.Contains('/', StringComparison.Ordinal) ? Path.Combine(copy.Path, program) : program;
        var (code, output, error) = await Tool.RunAsync(Start(copy, path, arguments));
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}\n{error}{output}");
        return output;
    }

    private static async Task WaitUntilReadyAsync(Uri address, Process server)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Guard });
        using var guard = new CancellationTokenSource(Guard);
        while (true)
        {
            Assert.False(server.HasExited, "the server exited before it was ready");
            try
            {
                using var response = await client.GetAsync(address, guard.Token);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50, guard.Token);
        }
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^  (dotnet|scripts/\S+|curl) .*$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
