using System.Reflection;
using Xunit.Sdk;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Runs a theory against every program; once more for each use of the attribute, with its data.</summary>
/// <param name="data">Arguments behind the program; null alone is one of them.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachExecutableAttribute(params object?[]? data) : DataAttribute
{
    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => Enum.GetValues<Executable>().Select(executable => (object?[])[executable, .. data ?? [null]]);
}
