using System.Runtime.InteropServices;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>
/// Ends the server when a signal asks for it. SIGTERM is Kubernetes, which goes on sending requests until everyone knows that the pod leaves:
/// the server is unready at once, answers everything for a while, and only then stops. Ctrl-C does not wait.
/// </summary>
internal sealed class SignalLifetime(
    ModelCatalog models, IHostApplicationLifetime lifetime, IOptions<ModelServerOptions> options, ILogger<SignalLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // The second keeps its own meaning: the process ends at once.
        if (Interlocked.Exchange(ref _asked, 1) == 1) return;
        context.Cancel = true;
        var started = lifetime.ApplicationStarted.IsCancellationRequested;
        _ = StopAsync(TimeSpan.FromSeconds(context.Signal == PosixSignal.SIGTERM && started ? options.Value.DrainDelaySeconds : 0));
    }

    private async Task StopAsync(TimeSpan delay)
    {
        models.Drain();
        if (delay > TimeSpan.Zero)
        {
            Log.Draining(logger, delay.TotalSeconds);
            await Task.Delay(delay, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Log.Stopping(logger, options.Value.ShutdownTimeoutSeconds);
        lifetime.StopApplication();
    }
}
