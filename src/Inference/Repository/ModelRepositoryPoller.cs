using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Polls the model directory and reloads models whose files have changed. Polls, because network volumes do not raise change notifications.
/// A change is applied after two consecutive polls with the same result, so that files that are still being written are not loaded.
/// </summary>
internal sealed class ModelRepositoryPoller(
    ModelRepository repository, IModelRepository served, IOptions<InferenceOptions> options, TimeProvider time, ILogger<ModelRepositoryPoller> logger) : BackgroundService
{
    private readonly InferenceOptions _options = options.Value;

    // Fingerprints of the last load attempts and of the last poll.
    private readonly Dictionary<string, string> _attempted = new(StringComparer.Ordinal);
    private Dictionary<string, string> _lastPoll = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsEnabled) return Task.CompletedTask;
        // The initial load reads these files or newer ones, which the next polls detect.
        foreach (var (name, fingerprint) in ReadFingerprints() ?? []) _attempted[name] = fingerprint;
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Polls once, then loads and unloads models.</summary>
    /// <returns>Completes after the loads and unloads. The next poll need not wait for them: a load may take long.</returns>
    internal Task PollAsync(CancellationToken cancellationToken)
    {
        // A volume that cannot be read does not unload its models.
        if (ReadFingerprints() is not { } found) return Task.CompletedTask;
        var loaded = repository.ModelNames;
        var changes = new List<Task>();
        foreach (var (name, fingerprint) in found)
        {
            // In a multi-model server, KServe's agent decides which models are loaded.
            if (_options.MultiModelServer && !loaded.Contains(name)) continue;
            if (_attempted.GetValueOrDefault(name) == fingerprint || _lastPoll.GetValueOrDefault(name) != fingerprint) continue;
            _attempted[name] = fingerprint;
            changes.Add(LoadAsync(name, cancellationToken));
        }
        foreach (var name in loaded)
        {
            if (found.ContainsKey(name) || _lastPoll.ContainsKey(name) || _options.MultiModelServer) continue;
            _attempted.Remove(name);
            changes.Add(UnloadAsync(name, cancellationToken));
        }
        _lastPoll = found;
        return Task.WhenAll(changes);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.RepositoryPollSecs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                _ = PollAsync(stoppingToken);
            }
            // Boundary of the loop: the next poll is tried.
            catch (Exception exception)
            {
                Log.PollFailed(logger, _options.ModelDir, exception.Message);
            }
        }
    }

    // A service reads its vocabulary at start, so its model must not be replaced.
    private bool IsEnabled => _options.RepositoryPollSecs > 0 && served == repository;

    // Null if the model directory cannot be read.
    private Dictionary<string, string>? ReadFingerprints()
    {
        try
        {
            if (!Path.Exists(_options.ModelDir)) throw ModelDiscovery.NotFound(_options.ModelDir);
            // A model that is only partly on disk is neither loaded nor unloaded.
            return ModelDiscovery.Find(_options).ToDictionary(model => model.Name, model => model.Failure?.Message ?? model.ReadFingerprint(), StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ModelLoadException)
        {
            Log.PollFailed(logger, _options.ModelDir, exception.Message);
            return null;
        }
    }

    private async Task LoadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await repository.LoadAsync(name, cancellationToken);
        }
        catch (InferenceException)
        {
            // The repository has logged the failure and lists it in its index. The previous model stays in service; the next change is tried again.
        }
        // The server stops.
        catch (OperationCanceledException)
        {
        }
        // Boundary of the loop: an unexpected error does not end the polls.
        catch (Exception exception)
        {
            Log.LoadFailed(logger, name, exception.Message);
        }
    }

    private async Task UnloadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await repository.UnloadAsync(name, cancellationToken);
        }
        catch (ModelNotFoundException)
        {
            // The model was unloaded by a request meanwhile.
        }
        // The server stops.
        catch (OperationCanceledException)
        {
        }
        // Boundary of the loop, as above.
        catch (Exception exception)
        {
            Log.PollFailed(logger, _options.ModelDir, exception.Message);
        }
    }
}
