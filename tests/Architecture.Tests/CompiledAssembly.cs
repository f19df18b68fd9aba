using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace InferenceServices.Architecture.Tests;

/// <summary>What a built assembly names, read from its metadata and its code without loading it.</summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(string name, IReadOnlySet<string> references, IReadOnlySet<string> types, IReadOnlyList<Call> calls)
    {
        Name = name;
        References = references;
        Types = types;
        Calls = calls;
    }

    /// <summary>Without <c>InferenceServices.</c>, as the project is called.</summary>
    public string Name { get; }

    /// <summary>Assemblies it was compiled against and uses.</summary>
    public IReadOnlySet<string> References { get; }

    /// <summary>Types of other assemblies it names, with namespace.</summary>
    public IReadOnlySet<string> Types { get; }

    /// <summary>Members of other assemblies it calls, and where.</summary>
    public IReadOnlyList<Call> Calls { get; }

    /// <param name="project">A project under src, built into this test's directory, or this test itself.</param>
    public static CompiledAssembly Of(string project)
    {
        // The one program with a name of its own.
        var name = project == "ModelTools" ? "isvc" : $"InferenceServices.{project}";
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return new CompiledAssembly(
            project,
            metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToHashSet(),
            metadata.TypeReferences.Select(handle => NameOf(metadata, handle)).ToHashSet(),
            [.. metadata.MethodDefinitions.SelectMany(handle => CallsOf(image, metadata, metadata.GetMethodDefinition(handle))).Distinct()]);
    }

    private static IEnumerable<Call> CallsOf(PEReader image, MetadataReader metadata, MethodDefinition method)
    {
        if (method.RelativeVirtualAddress == 0) yield break;
        var caller = OutermostName(metadata, method.GetDeclaringType());
        foreach (var token in IntermediateLanguage.MemberTokens(image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
        {
            var handle = token.Kind == HandleKind.MethodSpecification ? metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method : token;
            if (handle.Kind != HandleKind.MemberReference) continue;
            var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
            if (member.Parent.Kind != HandleKind.TypeReference || member.GetKind() != MemberReferenceKind.Method) continue;
            yield return new Call(
                caller, NameOf(metadata, (TypeReferenceHandle)member.Parent), metadata.GetString(member.Name), ParametersOf(metadata.GetBlobReader(member.Signature)));
        }
    }

    private static int ParametersOf(BlobReader signature)
    {
        if (signature.ReadSignatureHeader().IsGeneric) signature.ReadCompressedInteger();
        return signature.ReadCompressedInteger();
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{metadata.GetString(type.Name)}"
            : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    /// <summary>The class in the source: lambdas and async methods become nested types.</summary>
    private static string OutermostName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (type.IsNested) type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}

/// <summary>One call out of an assembly.</summary>
/// <param name="Caller">Full name of the outermost class it is in.</param>
/// <param name="Type">Full name of the class called.</param>
/// <param name="Member">Its method; <c>get_X</c> for a property, <c>.ctor</c> for <c>new</c>.</param>
/// <param name="Parameters">How many it takes.</param>
internal sealed record Call(string Caller, string Type, string Member, int Parameters);
