using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>The loaded models, by name. Lookups take no lock: each change replaces the whole table.</summary>
internal sealed class ModelRegistry : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Model> _retired = [];
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    // In loading order. A null value: the first load of the model is running.
    private volatile OrderedDictionary<string, Model?> _models = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Names in loading order, including models whose first load is running.</summary>
    public IReadOnlyList<string> Names => _models.Keys;

    /// <summary>Finds a version; without a version number, the highest.</summary>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    /// <exception cref="ModelNotReadyException">The first load of the model is running: 503.</exception>
    public ModelVersion Find(string name, string? version)
        => Find(name) is { } model ? model.Find(version) : throw new ModelNotReadyException(name, "It is being loaded.");

    /// <summary>Finds a model; returns null while its first load is running.</summary>
    /// <exception cref="ModelNotFoundException">No such model: 404.</exception>
    public Model? Find(string name) => _models.TryGetValue(name, out var model) ? model : throw new ModelNotFoundException(name);

    /// <summary>Registers the start of a load. A new model is listed from now on, but is not ready.</summary>
    public void BeginLoad(string name)
    {
        lock (_gate)
            if (!_models.ContainsKey(name)) Set(name, null);
    }

    /// <summary>Puts a loaded model into service and retires the previous model of the same name.</summary>
    public void Add(Model model)
    {
        lock (_gate)
        {
            _failures.Remove(model.Name);
            if (_disposed) model.Retire();
            else Retire(Set(model.Name, model));
        }
    }

    /// <summary>Records a failed load. The previously loaded model stays in service.</summary>
    public void RecordFailure(string name, string reason)
    {
        lock (_gate) _failures[name] = reason;
    }

    /// <summary>Registers the end of a load, successful or not. A model without a successful load is removed.</summary>
    public void EndLoad(string name)
    {
        lock (_gate)
            if (_models.TryGetValue(name, out var model) && model is null) Unset(name);
    }

    /// <summary>Removes and retires a model.</summary>
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

    /// <summary>Returns a consistent snapshot.</summary>
    public RepositorySnapshot TakeSnapshot()
    {
        lock (_gate)
        {
            _retired.RemoveAll(model => model.IsDisposed);
            return new RepositorySnapshot(_models, [.. _retired], new Dictionary<string, string>(_failures, StringComparer.Ordinal));
        }
    }

    /// <summary>Retires all models. Each is disposed after its last request has run.</summary>
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
        _retired.RemoveAll(retired => retired.IsDisposed);
        _retired.Add(model);
        model.Retire();
    }
}
