using System.Collections.Concurrent;
using System.Globalization;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>
/// A predictor in a separate process gets hostile bodies, model folders and connections beside good traffic. It lasts a minute, or
/// <c>CHAOS_SECONDS</c>; <c>CHAOS_SEED</c> repeats a run.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly int Seconds = ReadSetting("CHAOS_SECONDS", 60);
    private static readonly int Seed = ReadSetting("CHAOS_SEED", Environment.TickCount);

    [Fact]
    public async Task No_good_request_fails_beside_hostile_bodies_models_and_connections()
    {
        using var models = TemporaryFolder.Of(GoodTraffic.Models.Concat(HostileRequests.Models));
        await using var server = await ServerProcess.StartAsync("Predictor", [$"--model_dir={models.Path}", .. HostileModels.Switches], []);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds));
        var counts = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentQueue<string>();
        var good = new GoodTraffic(server, counts, failures);
        var requests = new HostileRequests(server, counts, failures);
        var files = new HostileModels(server, models, counts, failures);

        await Task.WhenAll(
            [good.RunAsync(stop.Token), files.RunAsync(new Random(Seed), stop.Token), .. Enumerable.Range(1, 2).Select(number => requests.RunAsync(new Random(Seed + number), stop.Token))]);

        output.WriteLine($"seed {Seed}, {Seconds} s");
        foreach (var (name, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) output.WriteLine($"{name}: {count}");
        Assert.Empty(failures);
        // The process that started still answers, and stops as usual.
        await good.SendAllAsync();
        Assert.Empty(failures);
        await server.AssertStopsAsync();
    }

    private static int ReadSetting(string name, int otherwise)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
