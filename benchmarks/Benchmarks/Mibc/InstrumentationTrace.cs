using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>The events of a traced JIT run: instrumentation data, and what the handles of modules, types and methods in them are.</summary>
internal sealed class InstrumentationTrace
{
    private readonly Dictionary<long, string> _modules = [];
    private readonly Dictionary<long, (long Module, int Token, int ElementType, int Rank, long[] Arguments)> _types = [];
    private readonly Dictionary<long, (long Module, int Token)> _tokens = [];
    private readonly Dictionary<long, (long Type, long[] Arguments)> _instances = [];
    private readonly Dictionary<long, List<byte>> _data = [];
    private readonly Dictionary<long, TypeName?> _typeNames = [];
    private readonly Dictionary<string, TracedAssembly?> _assemblies = [];
    private readonly MibcMetadata _metadata;

    private InstrumentationTrace(MibcMetadata metadata) => _metadata = metadata;

    /// <summary>Returns the profiles of the methods that metadata describes: no generated methods.</summary>
    public static IEnumerable<MethodProfile> Read(string path, MibcMetadata metadata)
    {
        var trace = new InstrumentationTrace(metadata);
        trace.Read(path);
        foreach (var (handle, data) in trace._data)
        {
            if (trace.Method(handle) is { } method) yield return new MethodProfile(method, ProfileElement.Read([.. data], trace.Type, trace.Method));
        }
    }

    private void Read(string path)
    {
        using var source = new EventPipeEventSource(path);
        source.Clr.LoaderModuleLoad += load => _modules[load.ModuleID] = load.ModuleILPath;
        source.Clr.MethodLoadVerbose += load => _tokens[load.MethodID] = (load.ModuleID, load.MethodToken);
        source.Clr.MethodMethodDetails += details =>
            _instances[details.MethodID] = ((long)details.TypeID, [.. Enumerable.Range(0, details.TypeParameterCount).Select(i => (long)details.TypeParameters(i))]);
        source.Clr.TypeBulkType += AddTypes;
        source.Clr.JitInstrumentationDataInstrumentationData += data => Add(data.MethodID, data.Data);
        source.Clr.JitInstrumentationDataVerboseInstrumentationData += data => Add(data.MethodID, data.Data);
        source.Process();
    }

    // Data that exceeds an event continues in the next.
    private void Add(long method, byte[] data)
    {
        if (!_data.TryGetValue(method, out var all)) _data[method] = all = [];
        all.AddRange(data);
    }

    private void AddTypes(GCBulkTypeTraceData bulk)
    {
        for (var i = 0; i < bulk.Count; i++)
        {
            var type = bulk.Values(i);
            var arguments = Enumerable.Range(0, type.TypeParameterCount).Select(argument => (long)type.TypeParameterID(argument));
            _types[(long)type.TypeID] = ((long)type.ModuleID, type.TypeNameID, (int)type.CorElementType, ((int)type.Flags >> 8) & 0x3f, [.. arguments]);
        }
    }

    private TypeName? Type(long handle)
    {
        if (!_typeNames.TryGetValue(handle, out var name)) _typeNames[handle] = name = CreateType(handle);
        return name;
    }

    private TypeName? CreateType(long handle)
    {
        if (!_types.TryGetValue(handle, out var type) || Types(type.Arguments) is not { } arguments) return null;
        var code = (SignatureTypeCode)type.ElementType;
        return code switch
        {
            SignatureTypeCode.Pointer or SignatureTypeCode.ByReference or SignatureTypeCode.SZArray => arguments[0].Derive(code),
            SignatureTypeCode.Array => arguments[0].Derive(code, (byte)type.Rank, 0, 0),
            SignatureTypeCode.FunctionPointer => null,
            _ => Assembly(type.Module)?.Type(MetadataTokens.TypeDefinitionHandle(type.Token & 0xffffff), arguments)
        };
    }

    private MethodName? Method(long handle)
    {
        if (!_tokens.TryGetValue(handle, out var place) || !_instances.TryGetValue(handle, out var instance)) return null;
        var method = MetadataTokens.MethodDefinitionHandle(place.Token & 0xffffff);
        if (method.IsNil || Type(instance.Type) is not { } owner || Types(instance.Arguments) is not { } arguments) return null;
        return Assembly(place.Module)?.Method(owner, method, arguments);
    }

    private List<TypeName>? Types(long[] handles)
    {
        var types = handles.Select(Type).OfType<TypeName>().ToList();
        return types.Count == handles.Length ? types : null;
    }

    private TracedAssembly? Assembly(long module)
    {
        if (!_modules.TryGetValue(module, out var path)) return null;
        if (!_assemblies.TryGetValue(path, out var assembly)) _assemblies[path] = assembly = File.Exists(path) ? new TracedAssembly(path, _metadata) : null;
        return assembly;
    }
}
