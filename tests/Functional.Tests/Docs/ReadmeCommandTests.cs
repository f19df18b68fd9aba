using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Docs;

/// <summary>Runs the quick start of <c>README.md</c> with the published programs.</summary>
public sealed partial class ReadmeCommandTests
{
    [Fact(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    public async Task The_quick_start_serves_a_model_and_gets_predictions()
    {
        var section = File.ReadAllText(Checkout.PathOf("README.md")).Split("\n## ").Single(part => part.StartsWith("Quick start", StringComparison.Ordinal));
        var blocks = ShellBlock().Matches(section).Select(block => block.Groups[1].Value).ToArray();
        var serve = blocks[0].Split('\n').Single(line => line.StartsWith("make serve", StringComparison.Ordinal));
        var inspect = InspectCommand().Match(section).Groups[1].Value;

        // The commands are unchanged except for the port, and the build is skipped. The server prints its address when it is ready.
        var run = await ClientProgram.RunAsync("bash", ["-euc", $$"""
            cd {{Checkout.Root}}
            curl() { command curl -sS --fail-with-body "$@"; echo; }
            {{inspect}}
            export NO_BUILD=1 PORT=0 HOST=127.0.0.1 ENABLE_GRPC=false DRAIN_DELAY_SECONDS=0
            set -m
            coproc server { exec {{serve}} 2>&1; }
            trap 'kill -- -$server_PID' EXIT
            while read -r line <&"${server[0]}"; do
                [[ $line =~ http://127.0.0.1:([0-9]+) ]] && { port=${BASH_REMATCH[1]}; break; }
            done
            {{blocks[1].Replace("localhost:8080", "127.0.0.1:$port", StringComparison.Ordinal)}}
            """]);

        run.AssertSuccess();
        Assert.Contains("FP32", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"predictions\":[[", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"outputs\":[{\"name\":\"probabilities\"", run.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("`(scripts/isvc inspect [^`]+)`")]
    private static partial Regex InspectCommand();
}
