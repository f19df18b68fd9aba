using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>Copies a signature from one assembly to another: equal bytes except for the tokens of types.</summary>
internal ref struct SignatureCopy
{
    private readonly Func<EntityHandle, EntityHandle> _translate;
    private readonly BlobBuilder _copy = new();
    private BlobReader _signature;

    private SignatureCopy(BlobReader signature, Func<EntityHandle, EntityHandle> translate)
    {
        _signature = signature;
        _translate = translate;
    }

    public static byte[] Method(BlobReader signature, Func<EntityHandle, EntityHandle> translate)
    {
        var copy = new SignatureCopy(signature, translate);
        copy.CopyMethod();
        return copy._copy.ToArray();
    }

    public static byte[] Type(BlobReader signature, Func<EntityHandle, EntityHandle> translate)
    {
        var copy = new SignatureCopy(signature, translate);
        copy.CopyType();
        return copy._copy.ToArray();
    }

    private void CopyMethod()
    {
        var header = CopyByte();
        if (new SignatureHeader(header).IsGeneric) CopyNumber();
        CopyTypes(CopyNumber() + 1);
    }

    private void CopyType()
    {
        switch ((SignatureTypeCode)CopyByte())
        {
            case (SignatureTypeCode)SignatureTypeKind.ValueType or (SignatureTypeCode)SignatureTypeKind.Class:
                CopyToken();
                break;
            case SignatureTypeCode.RequiredModifier or SignatureTypeCode.OptionalModifier:
                CopyToken();
                CopyType();
                break;
            case SignatureTypeCode.Pointer or SignatureTypeCode.ByReference or SignatureTypeCode.SZArray or SignatureTypeCode.Pinned or SignatureTypeCode.Sentinel:
                CopyType();
                break;
            case SignatureTypeCode.GenericTypeParameter or SignatureTypeCode.GenericMethodParameter:
                CopyNumber();
                break;
            case SignatureTypeCode.GenericTypeInstance:
                CopyType();
                CopyTypes(CopyNumber());
                break;
            case SignatureTypeCode.Array:
                CopyType();
                CopyNumber();
                CopyNumbers(CopyNumber());
                CopyNumbers(CopyNumber());
                break;
            case SignatureTypeCode.FunctionPointer:
                CopyMethod();
                break;
        }
    }

    private void CopyTypes(int count)
    {
        for (var i = 0; i < count; i++) CopyType();
    }

    // Sizes and lower bounds of an array.
    private void CopyNumbers(int count)
    {
        for (var i = 0; i < count; i++) CopyNumber();
    }

    private int CopyNumber()
    {
        var number = _signature.ReadCompressedInteger();
        _copy.WriteCompressedInteger(number);
        return number;
    }

    private byte CopyByte()
    {
        var value = _signature.ReadByte();
        _copy.WriteByte(value);
        return value;
    }

    private void CopyToken() => _copy.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(_translate(_signature.ReadTypeHandle())));
}
