using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Runs a theory against every program; once more for each use of the attribute, with its data.</summary>
/// <param name="data">Arguments behind the program; null alone is one of them.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachExecutableAttribute(params object?[]? data) : DataAttribute
{
    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
        => new([.. Enum.GetValues<Executable>().Select(executable => ConvertDataRow((object?[])[executable, .. data ?? [null]]))]);
}
