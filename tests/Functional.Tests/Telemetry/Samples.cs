using System.Globalization;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>What a server's <c>/metrics</c> says at one moment, by name and labels as they are written there.</summary>
internal sealed class Samples
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    private Samples(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#') continue;
            var space = line.LastIndexOf(' ');
            _values.Add(line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>0 for what was never measured.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    public IReadOnlyCollection<string> Series => _values.Keys;

    /// <summary>Names alone, as Prometheus stores them.</summary>
    public IEnumerable<string> Names => _values.Keys.Select(series => series.Split('{')[0]).Distinct();

    public static async Task<Samples> OfAsync(RunningServer server)
    {
        var answer = await server.GetAsync("/metrics");
        Assert.Equal(200, answer.Status);
        return new Samples(answer.Body);
    }

    /// <summary>Waits until a value is there: what a caller does not wait for is counted when it has happened.</summary>
    public static async Task WaitForAsync(RunningServer server, string series, double value)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await OfAsync(server))[series] != value) await timer.WaitForNextTickAsync(guard.Token);
    }
}
