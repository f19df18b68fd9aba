using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>The metadata of a profile, an assembly of references and global methods. Each reference exists once.</summary>
internal sealed class MibcMetadata
{
    // Constant, so that equal profiles are equal files.
    private static readonly BlobContentId Id = new(new Guid("8f1d1f0e-6f3c-4a53-9b0e-4a3a2f0f7c11"), 1);

    private readonly MetadataBuilder _builder = new();
    private readonly BlobBuilder _code = new();
    private readonly MethodBodyStreamEncoder _bodies;
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<(EntityHandle, string, string), EntityHandle> _types = [];
    private readonly Dictionary<string, EntityHandle> _specifications = [];
    private readonly Dictionary<string, EntityHandle> _methods = [];

    public MibcMetadata(string name)
    {
        _bodies = new MethodBodyStreamEncoder(_code);
        _builder.AddModule(0, _builder.GetOrAddString(name), _builder.GetOrAddGuid(Id.Guid), default, default);
        _builder.AddAssembly(_builder.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
        _builder.AddTypeDefinition(default, default, _builder.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
    }

    public AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out var handle))
            _assemblies[name] = handle = _builder.AddAssemblyReference(_builder.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
        return handle;
    }

    public EntityHandle Type(EntityHandle scope, string space, string name)
    {
        if (!_types.TryGetValue((scope, space, name), out var handle))
            _types[(scope, space, name)] = handle = _builder.AddTypeReference(scope, _builder.GetOrAddString(space), _builder.GetOrAddString(name));
        return handle;
    }

    public EntityHandle Specification(byte[] signature)
    {
        var key = Convert.ToHexString(signature);
        if (!_specifications.TryGetValue(key, out var handle)) _specifications[key] = handle = _builder.AddTypeSpecification(_builder.GetOrAddBlob(signature));
        return handle;
    }

    public EntityHandle Type(TypeName type) => type.Definition.IsNil ? Specification(type.Signature) : type.Definition;

    public EntityHandle Method(MethodName method)
    {
        if (!_methods.TryGetValue(method.Key, out var handle)) _methods[method.Key] = handle = AddMethod(method);
        return handle;
    }

    public UserStringHandle Text(string text) => _builder.GetOrAddUserString(text);

    public MethodDefinitionHandle AddGlobalMethod(string name, InstructionEncoder code)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, returnType => returnType.Void(), _ => { });
        return _builder.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, default, _builder.GetOrAddString(name), _builder.GetOrAddBlob(signature), _bodies.AddMethodBody(code), default);
    }

    public BlobBuilder Image()
    {
        var image = new BlobBuilder();
        new ManagedPEBuilder(new PEHeaderBuilder(), new MetadataRootBuilder(_builder), _code, deterministicIdProvider: _ => Id).Serialize(image);
        return image;
    }

    private EntityHandle AddMethod(MethodName method)
    {
        var definition = _builder.AddMemberReference(Type(method.Owner), _builder.GetOrAddString(method.Name), _builder.GetOrAddBlob(method.Signature));
        if (method.Arguments.Count == 0) return definition;
        var arguments = new BlobBuilder();
        new BlobEncoder(arguments).MethodSpecificationSignature(method.Arguments.Count);
        foreach (var argument in method.Arguments) arguments.WriteBytes(argument.Signature);
        return _builder.AddMethodSpecification(definition, _builder.GetOrAddBlob(arguments));
    }
}
