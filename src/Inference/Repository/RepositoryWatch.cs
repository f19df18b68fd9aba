using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Looks at the model directory from time to time and loads what has changed. Looks, because changes on network volumes announce themselves to nobody.
/// A change counts once two looks have found the same, so that a file that is still being written is left alone.
/// </summary>
internal sealed class RepositoryWatch(
    ModelRepository repository, IModelRepository served, IOptions<InferenceOptions> options, TimeProvider time, ILogger<RepositoryWatch> logger) : BackgroundService
{
    private readonly InferenceOptions _options = options.Value;

    // What was last loaded, or tried in vain; and what the last look found.
    private readonly Dictionary<string, string> _settled = new(StringComparer.Ordinal);
    private Dictionary<string, string> _seen = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsWanted) return Task.CompletedTask;
        // The models are loaded from this, or from something newer that the next looks will find.
        foreach (var (name, fingerprint) in Look()) _settled[name] = fingerprint;
        return base.StartAsync(cancellationToken);
    }

    /// <summary>One look, and the loads and unloads that follow from it.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var found = Look();
        var loaded = repository.ModelNames;
        foreach (var (name, fingerprint) in found)
        {
            // In a multi-model server its agent says what is loaded.
            if (_options.MultiModelServer && !loaded.Contains(name)) continue;
            if (_settled.GetValueOrDefault(name) == fingerprint || _seen.GetValueOrDefault(name) != fingerprint) continue;
            _settled[name] = fingerprint;
            await LoadAsync(name, cancellationToken);
        }
        foreach (var name in loaded)
        {
            if (found.ContainsKey(name) || _seen.ContainsKey(name) || _options.MultiModelServer) continue;
            _settled.Remove(name);
            await UnloadAsync(name, cancellationToken);
        }
        _seen = found;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.RepositoryPollSecs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
    }

    // A service's model belongs to the vocabulary the service read at its start.
    private bool IsWanted => _options.RepositoryPollSecs > 0 && served == repository;

    private Dictionary<string, string> Look()
    {
        try
        {
            // A model that is there in part has no fingerprint to settle; it is neither loaded nor taken for gone.
            return ModelDiscovery.Find(_options).ToDictionary(model => model.Name, model => model.Failure?.Message ?? model.ReadFingerprint(), StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ModelLoadException)
        {
            Log.LookFailed(logger, _options.ModelDir, exception.Message);
            return _seen;
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
            // The repository has logged it and tells it in its index; what was loaded before goes on, and the next change is tried again.
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
            // Somebody else was faster.
        }
    }
}
