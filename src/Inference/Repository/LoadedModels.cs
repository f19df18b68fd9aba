using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>Which models answer. Lookups never wait: every change makes a new table and puts it in place of the old one.</summary>
internal sealed class LoadedModels : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Model> _retired = [];
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    // In loading order. No model behind a name: its first load runs.
    private volatile OrderedDictionary<string, Model?> _models = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>In loading order, those whose first load runs among them.</summary>
    public IReadOnlyList<string> Names => _models.Keys;

    /// <summary>One version, or the highest when none is named.</summary>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    /// <exception cref="ModelNotReadyException">Its first load runs: 503.</exception>
    public ModelVersion Find(string name, string? version)
        => Find(name) is { } model ? model.Find(version) : throw new ModelNotReadyException(name, "It is being loaded.");

    /// <summary>All versions; null while the first load runs.</summary>
    /// <exception cref="ModelNotFoundException">No such model: 404.</exception>
    public Model? Find(string name) => _models.TryGetValue(name, out var model) ? model : throw new ModelNotFoundException(name);

    /// <summary>A load begins: a model not known before is from now on, and is not ready.</summary>
    public void Announce(string name)
    {
        lock (_gate)
            if (!_models.ContainsKey(name)) Set(name, null);
    }

    /// <summary>A load has ended well: the model answers, one of its name before it is retired.</summary>
    public void Add(Model model)
    {
        lock (_gate)
        {
            _failures.Remove(model.Name);
            if (_disposed) model.Retire();
            else Retire(Set(model.Name, model));
        }
    }

    /// <summary>A load has failed: what was loaded before stays.</summary>
    public void Fail(string name, string reason)
    {
        lock (_gate) _failures[name] = reason;
    }

    /// <summary>A load has ended, one way or the other: a model that was announced and did not come is not known any more.</summary>
    public void Settle(string name)
    {
        lock (_gate)
            if (_models.TryGetValue(name, out var model) && model is null) Unset(name);
    }

    /// <summary>Takes a model out of service.</summary>
    /// <exception cref="ModelNotFoundException">No such model is loaded: 404.</exception>
    public void Remove(string name)
    {
        lock (_gate)
        {
            var model = Find(name);
            Unset(name);
            _failures.Remove(name);
            Retire(model);
        }
    }

    /// <summary>All there is to say at one moment.</summary>
    public LoadedState Read()
    {
        lock (_gate)
        {
            _retired.RemoveAll(model => model.IsGone);
            return new LoadedState(_models, [.. _retired], new Dictionary<string, string>(_failures, StringComparer.Ordinal));
        }
    }

    /// <summary>Retires all models; each goes when its last request has run.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var model in _models.Values) Retire(model);
            _models = new(StringComparer.Ordinal);
        }
    }

    private Model? Set(string name, Model? model)
    {
        var before = _models.GetValueOrDefault(name);
        _models = new(_models, StringComparer.Ordinal) { [name] = model };
        return before;
    }

    private void Unset(string name)
    {
        var models = new OrderedDictionary<string, Model?>(_models, StringComparer.Ordinal);
        models.Remove(name);
        _models = models;
    }

    private void Retire(Model? model)
    {
        if (model is null) return;
        _retired.RemoveAll(retired => retired.IsGone);
        _retired.Add(model);
        model.Retire();
    }
}
