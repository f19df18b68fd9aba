using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>A type of the profile: its signature, its definition (nil for instances of generic types, arrays and pointers), and the assemblies that it needs.</summary>
internal sealed record TypeName(byte[] Signature, EntityHandle Definition, string Key, ImmutableSortedSet<string> Assemblies)
{
    /// <summary>Returns an array of, a pointer to or a reference to this type.</summary>
    public TypeName Derive(SignatureTypeCode code, params byte[] dimensions) =>
        new([(byte)code, .. Signature, .. dimensions], default, $"{Key} {code}{Convert.ToHexString(dimensions)}", Assemblies);
}
