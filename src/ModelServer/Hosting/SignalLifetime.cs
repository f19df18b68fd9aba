using System.Runtime.InteropServices;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>
/// Stops the server on a signal. SIGTERM comes from Kubernetes, which sends requests until every node knows that the pod terminates:
/// the server becomes unready immediately, serves requests for the drain delay, and then stops. SIGINT (Ctrl-C) and SIGQUIT stop it without the delay.
/// </summary>
internal sealed class SignalLifetime(
    ModelCatalog models, IHostApplicationLifetime lifetime, IOptions<ModelServerOptions> options, ILogger<SignalLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _signalled;

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
        // A second signal has its default effect: the process ends immediately.
        if (Interlocked.Exchange(ref _signalled, 1) == 1) return;
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
