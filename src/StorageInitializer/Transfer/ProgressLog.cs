using System.Globalization;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Says how far a download is, every few seconds; nothing about one that takes less.</summary>
internal sealed class ProgressLog : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TextWriter _log;
    private readonly PeriodicTimer _timer;
    private readonly long _total;
    private readonly Task _reports;
    private long _done;

    /// <param name="log">Where it is said.</param>
    /// <param name="time">When.</param>
    /// <param name="total">Bytes of the model; 0 where it is not known.</param>
    /// <param name="present">Bytes that an earlier start has brought.</param>
    public ProgressLog(TextWriter log, TimeProvider time, long total, long present)
    {
        (_log, _timer, _total, _done) = (log, new PeriodicTimer(Interval, time), total, present);
        if (present > 0) log.WriteLine($"storage-initializer: {Bytes.Text(present)} of {Bytes.Text(total)} are here from before");
        _reports = ReportAsync();
    }

    public void Add(long bytes) => Interlocked.Add(ref _done, bytes);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _reports;
    }

    private async Task ReportAsync()
    {
        var last = _done;
        while (await _timer.WaitForNextTickAsync())
        {
            var done = Interlocked.Read(ref _done);
            var share = _total > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {Bytes.Text(_total)} ({100.0 * done / _total:0} %)") : "";
            await _log.WriteLineAsync($"storage-initializer: {Bytes.Text(done)}{share}, {Bytes.Text((long)((done - last) / Interval.TotalSeconds))} a second");
            last = done;
        }
    }
}
