using Microsoft.Extensions.Logging;

namespace InferenceServices.Testing;

/// <summary>Logger that stores its lines.</summary>
/// <typeparam name="T">The class that logs.</typeparam>
/// <param name="onLine">Called after each line; may throw.</param>
internal sealed class RecordedLog<T>(Action<string>? onLine = null) : ILogger<T>
{
    private readonly List<string> _lines = [];

    /// <summary>Lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_lines) _lines.Add(line);
        onLine?.Invoke(line);
    }
}
