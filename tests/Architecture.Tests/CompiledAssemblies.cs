using System.Reflection;
using System.Runtime.CompilerServices;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace InferenceServices.Architecture.Tests;

/// <summary>The assemblies of <c>src</c>, as built into the folder of the tests.</summary>
internal static class CompiledAssemblies
{
    private static readonly Dictionary<string, Assembly> All = Project.Sources.ToDictionary(project => project.Name, project => Assembly.Load(NameOf(project.Name)));

    /// <summary>The types of all assemblies and the types that they use.</summary>
    public static ArchUnitNET.Domain.Architecture Loaded { get; } = new ArchLoader().LoadAssemblies([.. All.Values]).Build();

    /// <summary>Returns the names of the assemblies that a project uses.</summary>
    /// <param name="project">Name of a project of <c>src</c>.</param>
    public static IReadOnlyList<string> ReferencesOf(string project) => [.. All[project].GetReferencedAssemblies().Select(reference => reference.Name!)];

    /// <summary>Returns the names of the assemblies that see the internal types of a project.</summary>
    /// <param name="project">Name of a project of <c>src</c>.</param>
    public static IEnumerable<string> FriendsOf(string project)
        => All[project].GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName);

    /// <summary>Returns the types of a project.</summary>
    /// <param name="project">Name of a project of <c>src</c>.</param>
    public static GivenTypesConjunction TypesOf(string project) => Types().That().ResideInAssembly(All[project]);

    // The only assembly whose name differs from that of its project.
    private static string NameOf(string project) => project == "ModelTools" ? "isvc" : $"InferenceServices.{project}";
}
