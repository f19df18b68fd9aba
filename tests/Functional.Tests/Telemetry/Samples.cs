using System.Globalization;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>The samples of one scrape of <c>/metrics</c>, by name and labels as in the exposition.</summary>
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

    /// <summary>Gets the value of a series; 0 without measurements.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    public IReadOnlyCollection<string> Series => _values.Keys;

    /// <summary>Gets the sample names without labels.</summary>
    public IEnumerable<string> Names => _values.Keys.Select(series => series.Split('{')[0]).Distinct();

    public static async Task<Samples> OfAsync(RunningServer server)
    {
        var answer = await server.GetAsync("/metrics");
        Assert.Equal(200, answer.Status);
        return new Samples(answer.Body);
    }

    /// <summary>Waits for a value: some measurements are recorded after the response.</summary>
    public static async Task WaitForAsync(RunningServer server, string series, double value)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await OfAsync(server))[series] != value) await timer.WaitForNextTickAsync(guard.Token);
    }
}
