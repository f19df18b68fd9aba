using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>An assembly of the traced process. Translates its definitions into references of the profile.</summary>
internal sealed class TracedAssembly
{
    private readonly MetadataReader _reader;
    private readonly MibcMetadata _metadata;
    private readonly string _name;
    private readonly bool _core;

    public TracedAssembly(string path, MibcMetadata metadata)
    {
        _reader = new PEReader(ImmutableArray.Create(File.ReadAllBytes(path))).GetMetadataReader();
        _name = _reader.GetString(_reader.GetAssemblyDefinition().Name);
        _core = _name == "System.Private.CoreLib";
        _metadata = metadata;
    }

    public TypeName? Type(TypeDefinitionHandle handle, List<TypeName> arguments)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (type.GetGenericParameters().Count != arguments.Count) return null;
        var definition = Reference(handle);
        var key = $"{_name}!{FullName(type)} {MetadataTokens.GetRowNumber(handle)}";
        var assemblies = IsCanonical(type) ? [] : ImmutableSortedSet.Create(StringComparer.Ordinal, _name);
        if (_core && _reader.GetString(type.Namespace) == "System" && Enum.TryParse<PrimitiveTypeCode>(_reader.GetString(type.Name), out var primitive))
            return new TypeName([(byte)primitive], definition, key, assemblies);

        var signature = new BlobBuilder();
        if (arguments.Count > 0) signature.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        signature.WriteByte((byte)(IsValueType(type) ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
        signature.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(definition));
        if (arguments.Count == 0) return new TypeName(signature.ToArray(), definition, key, assemblies);

        signature.WriteCompressedInteger(arguments.Count);
        foreach (var argument in arguments) signature.WriteBytes(argument.Signature);
        return new TypeName(
            signature.ToArray(), default, $"{key}<{string.Join(',', arguments.Select(argument => argument.Key))}>",
            assemblies.Union(arguments.SelectMany(argument => argument.Assemblies)));
    }

    public MethodName? Method(TypeName owner, MethodDefinitionHandle handle, List<TypeName> arguments)
    {
        var method = _reader.GetMethodDefinition(handle);
        if (method.GetGenericParameters().Count != arguments.Count) return null;
        return new MethodName(owner, _reader.GetString(method.Name), SignatureCopy.Method(_reader.GetBlobReader(method.Signature), Reference), arguments, _name);
    }

    // The stand-in for reference types in shared generic code is of no assembly.
    private bool IsCanonical(TypeDefinition type) => _core && _reader.GetString(type.Name) == "__Canon";

    private bool IsValueType(TypeDefinition type) =>
        !type.BaseType.IsNil && FullName(type) != "System.Enum" && FullName(type.BaseType) is "System.ValueType" or "System.Enum";

    private string FullName(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeDefinition) return FullName(_reader.GetTypeDefinition((TypeDefinitionHandle)handle));
        if (handle.Kind != HandleKind.TypeReference) return "";
        var type = _reader.GetTypeReference((TypeReferenceHandle)handle);
        return $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}";
    }

    private string FullName(TypeDefinition type) => $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}";

    private EntityHandle Reference(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var definition = _reader.GetTypeDefinition((TypeDefinitionHandle)handle);
                var outer = definition.GetDeclaringType();
                EntityHandle scope = !outer.IsNil ? Reference(outer) : _metadata.Assembly(IsCanonical(definition) ? "System.Private.Canon" : _name);
                return _metadata.Type(scope, _reader.GetString(definition.Namespace), _reader.GetString(definition.Name));
            case HandleKind.TypeReference:
                var reference = _reader.GetTypeReference((TypeReferenceHandle)handle);
                return _metadata.Type(Reference(reference.ResolutionScope), _reader.GetString(reference.Namespace), _reader.GetString(reference.Name));
            case HandleKind.AssemblyReference:
                return _metadata.Assembly(_reader.GetString(_reader.GetAssemblyReference((AssemblyReferenceHandle)handle).Name));
            case HandleKind.TypeSpecification:
                var specification = _reader.GetTypeSpecification((TypeSpecificationHandle)handle);
                return _metadata.Specification(SignatureCopy.Type(_reader.GetBlobReader(specification.Signature), Reference));
            default:
                throw new InvalidDataException($"{_name} refers to a type by a {handle.Kind}.");
        }
    }
}
