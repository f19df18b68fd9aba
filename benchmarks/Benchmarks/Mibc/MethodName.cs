using System.Collections.Immutable;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>A method of the profile. <see cref="Assembly"/> defines it; its instance needs <see cref="Assemblies"/>.</summary>
internal sealed record MethodName(TypeName Owner, string Name, byte[] Signature, IReadOnlyList<TypeName> Arguments, string Assembly)
{
    /// <summary>Orders the methods of a profile: equal traces give equal files.</summary>
    public string Key { get; } = $"{Owner.Key}::{Name} {Convert.ToHexString(Signature)}<{string.Join(',', Arguments.Select(argument => argument.Key))}>";

    public ImmutableSortedSet<string> Assemblies { get; } = Owner.Assemblies.Union(Arguments.SelectMany(argument => argument.Assemblies));
}
