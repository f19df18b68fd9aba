using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Runs a theory with every executable; each use of the attribute adds one row of data.</summary>
/// <param name="data">Arguments after the executable; null is one null argument.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachExecutableAttribute(params object?[]? data) : DataAttribute
{
    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
        => new([.. Enum.GetValues<Executable>().Select(executable => ConvertDataRow((object?[])[executable, .. data ?? [null]]))]);
}
