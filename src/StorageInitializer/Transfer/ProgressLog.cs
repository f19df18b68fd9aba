using System.Globalization;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Logs the progress of a download every five seconds.</summary>
internal sealed class ProgressLog : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TextWriter _log;
    private readonly PeriodicTimer _timer;
    private readonly long _total;
    private readonly Task _reports;
    private long _done;

    /// <param name="log">Destination of the log lines.</param>
    /// <param name="time">Clock of the timer.</param>
    /// <param name="total">Size of the model in bytes; 0 if unknown.</param>
    /// <param name="present">Bytes downloaded before a restart.</param>
    public ProgressLog(TextWriter log, TimeProvider time, long total, long present)
    {
        (_log, _timer, _total, _done) = (log, new PeriodicTimer(Interval, time), total, present);
        if (present > 0) log.WriteLine($"storage-initializer: resuming: {ByteSize.Format(present)} of {ByteSize.Format(total)} already downloaded");
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
            var share = _total > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {ByteSize.Format(_total)} ({100.0 * done / _total:0} %)") : "";
            await _log.WriteLineAsync($"storage-initializer: {ByteSize.Format(done)}{share}, {ByteSize.Format((long)((done - last) / Interval.TotalSeconds))}/s");
            last = done;
        }
    }
}
