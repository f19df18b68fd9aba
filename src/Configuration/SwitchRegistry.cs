using Microsoft.Extensions.Configuration;

namespace InferenceServices.Configuration;

/// <summary>
/// The switches of a program, and the arguments that set them. Precedence, lowest first: the options' defaults, settings files, environment variables,
/// <see cref="Set"/>, the command line. Every value is checked, even where another overrides it.
/// </summary>
public sealed class SwitchRegistry
{
    private readonly IReadOnlyList<string> _args;
    private readonly IConfigurationManager _configuration;
    private readonly Provider _provider = new();
    private readonly List<string> _warnings = [];
    private readonly HashSet<string> _onCommandLine = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Switch> _switches = [];

    internal SwitchRegistry(IReadOnlyList<string> args, IConfigurationManager configuration)
    {
        _args = args;
        _configuration = configuration;
        IsVersionRequested = CommandLine.RequestsVersion(args);
        IsHelpRequested = IsVersionRequested || CommandLine.RequestsHelp(args);
        configuration.Add(new Source(_provider));
    }

    /// <summary>Whether the program only prints its version.</summary>
    public bool IsVersionRequested { get; }

    /// <summary>Versions of components, which the program prints after its own.</summary>
    public IDictionary<string, Func<string>> Components { get; } = new Dictionary<string, Func<string>>();

    /// <summary>Returns a sentence for each ignored environment variable and each unknown switch.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings, .. CommandLine.DescribeUnknown(_args, _switches)];

    /// <summary>Whether the program only prints its switches. Their values are not read then, and the host is not built.</summary>
    public bool IsHelpRequested { get; }

    /// <summary>The registered switches, in order of registration.</summary>
    public IReadOnlyList<Switch> Switches => _switches;

    /// <summary>
    /// Ignores an environment variable or setting with the name of a switch that another program has set for another purpose. Call before the switch is registered.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="isForeign">Whether a value is of the other program.</param>
    /// <param name="purpose">The purpose of such a value, for the warning.</param>
    public void IgnoreForeign(string name, Func<string, bool> isForeign, string purpose)
    {
        ArgumentNullException.ThrowIfNull(isForeign);
        if (_configuration[name] is not { Length: > 0 } value || !isForeign(value)) return;
        _provider.Set(name, null);
        _warnings.Add($"The environment variable {name.ToUpperInvariant()}={value} is ignored: {purpose}.");
    }

    /// <summary>Sets a switch that the command line does not set, over the environment and settings files.</summary>
    /// <param name="name">A registered switch.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="CommandLineException">The value is of the wrong kind.</exception>
    public void Set(string name, string value)
    {
        if (IsHelpRequested) return;
        var normalized = _switches.First(known => known.Name == name).Normalize(value);
        if (!_onCommandLine.Contains(name)) _provider.Set(name, normalized);
    }

    /// <summary>Sets a switch without a value from environment variables with other names.</summary>
    /// <param name="name">A registered switch.</param>
    /// <param name="variables">The variables; the first that is set is used, unless it is empty.</param>
    /// <exception cref="CommandLineException">The value is of the wrong kind.</exception>
    public void SetFrom(string name, params IEnumerable<string> variables)
    {
        if (_configuration[name] is null && variables.Select(variable => _configuration[variable]).FirstOrDefault(value => value is not null) is { Length: > 0 } value)
            Set(name, value);
    }

    /// <summary>Writes the program's help: how to call it, and a line for each switch.</summary>
    /// <param name="output">Usually standard output.</param>
    /// <param name="program">Name of the program.</param>
    public async Task WriteHelpAsync(TextWriter output, string program)
    {
        ArgumentNullException.ThrowIfNull(output);
        await output.WriteLineAsync($"Usage: {program} [--switch value | --switch=value]...\n");
        var width = _switches.Max(known => known.Name.Length) + 4;
        foreach (var known in _switches) await output.WriteLineAsync($"  {("--" + known.Name).PadRight(width)}{known.Help}");
        await output.WriteLineAsync("\nEach switch may also be set by the environment variable of its name in capitals. Unknown switches are ignored.");
    }

    /// <summary>Registers switches and reads their values. A switch that is registered already stays as it is.</summary>
    internal void Add(IReadOnlyList<Switch> switches)
    {
        Switch[] added = [.. switches.Where(candidate => !_switches.Exists(known => known.Name == candidate.Name))];
        _switches.AddRange(added);
        if (IsHelpRequested) return;
        foreach (var known in added)
            if (_configuration[known.Name] is { } configured) _provider.Set(known.Name, known.Normalize(configured));
        foreach (var (name, value) in CommandLine.Parse(_args, added))
        {
            _provider.Set(name, value);
            _onCommandLine.Add(name);
        }
    }

    private sealed class Source(Provider provider) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => provider;
    }

    private sealed class Provider : ConfigurationProvider;
}
