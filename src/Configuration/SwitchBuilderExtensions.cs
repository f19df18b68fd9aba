using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.Configuration;

/// <summary>Adds a command line and options that it sets to a host.</summary>
public static class SwitchBuilderExtensions
{
    /// <summary>Reads switches from a command line. Call it after the last configuration source is added and before the first options.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="args">The program's arguments.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder UseCommandLine<TBuilder>(this TBuilder builder, IReadOnlyList<string> args)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Properties.TryAdd(typeof(SwitchRegistry), new SwitchRegistry(args, builder.Configuration)))
            throw new InvalidOperationException("The builder has a command line already; call UseCommandLine before the methods that add options.");
        return builder;
    }

    /// <summary>Gets the host's switches.</summary>
    /// <param name="builder">The host's builder; without <see cref="UseCommandLine"/> its command line is empty.</param>
    public static SwitchRegistry GetSwitches(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Properties.ContainsKey(typeof(SwitchRegistry))) builder.UseCommandLine([]);
        return (SwitchRegistry)builder.Properties[typeof(SwitchRegistry)];
    }

    /// <summary>Registers the switches of options that are used while the host is composed, or only under a condition.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The options as configured, not validated; the defaults when help is requested.</returns>
    /// <exception cref="CommandLineException">A value is of the wrong kind.</exception>
    public static TOptions AddSwitches<TOptions>(this IHostApplicationBuilder builder)
        where TOptions : class, ISwitchOptions<TOptions>, new()
    {
        var switches = builder.GetSwitches();
        switches.Add(TOptions.Switches);
        var options = new TOptions();
        if (!switches.IsHelpRequested) TOptions.Bind(options, new SwitchValues(builder.Configuration));
        return options;
    }

    /// <summary>Registers the switches of options, and injects the options as <see cref="IOptions{TOptions}"/>, validated when they are first used.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>To configure the options further, as by <c>ValidateOnStart()</c>.</returns>
    /// <exception cref="CommandLineException">A value is of the wrong kind.</exception>
    public static OptionsBuilder<TOptions> AddSwitchOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IHostApplicationBuilder builder)
        where TOptions : class, ISwitchOptions<TOptions>
    {
        builder.GetSwitches().Add(TOptions.Switches);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton(TOptions.Validator));
        return builder.Services.AddOptions<TOptions>().Configure<IConfiguration>(static (options, configuration) => TOptions.Bind(options, new SwitchValues(configuration)));
    }
}
