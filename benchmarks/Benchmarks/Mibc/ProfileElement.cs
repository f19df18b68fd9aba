using System.Buffers.Binary;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>
/// An element of the JIT's instrumentation data (corjit.h, ICorJitInfo::PgoInstrumentationSchema) with its values: numbers, <see cref="TypeName"/>
/// or <see cref="MethodName"/>.
/// </summary>
internal sealed record ProfileElement(int Kind, int Offset, int Count, int Other, IReadOnlyList<object> Values)
{
    // The low bits of the kind are the type of the values.
    private const int ValueTypeMask = 0xf, Int32Value = 1, Int64Value = 2, TypeValue = 3, MethodValue = 4;

    // Small numbers in place of a handle are types that the runtime did not identify.
    private const long LargestUnknown = 33;

    /// <summary>Reads the elements of an event: every field is the difference to the same field of the element before.</summary>
    public static List<ProfileElement> Read(byte[] data, Func<long, TypeName?> type, Func<long, MethodName?> method)
    {
        using var numbers = Numbers(data).GetEnumerator();
        List<ProfileElement> elements = [];
        int kind = 0, offset = 0, count = 0, other = 0;
        long number = 0, typeHandle = 0, methodHandle = 0;
        while (true)
        {
            var changed = Next();
            if ((changed & 1) != 0) offset += (int)Next();
            if ((changed & 2) != 0) kind += (int)Next();
            if ((changed & 4) != 0) count += (int)Next();
            if ((changed & 8) != 0) other += (int)Next();
            if (kind == 0) return elements;
            var values = (kind & ValueTypeMask) == 0 ? [] : Enumerable.Range(0, count).Select(_ => Value()).ToList();
            elements.Add(new ProfileElement(kind, offset, count, other, values));
        }

        long Next() => numbers.MoveNext() ? numbers.Current : throw new InvalidDataException("Instrumentation data ends before its last element.");
        object Value() => (kind & ValueTypeMask) switch
        {
            Int32Value or Int64Value => number += Next(),
            TypeValue => Resolve(typeHandle += Next(), type),
            MethodValue => Resolve(methodHandle += Next(), method),
            _ => throw new InvalidDataException($"Instrumentation data has the unknown kind {kind}.")
        };
    }

    private static object Resolve<T>(long handle, Func<long, T?> resolve) where T : class =>
        handle is >= 0 and <= LargestUnknown ? handle : (object?)resolve(handle) ?? 1L;

    /// <summary>Reads numbers of 1, 2, 5 or 9 bytes; the lowest bit of the short forms is the sign.</summary>
    private static IEnumerable<long> Numbers(byte[] data)
    {
        for (var i = 0; i < data.Length;)
        {
            var first = data[i];
            if (first < 0x80)
            {
                yield return (first >> 1) - ((first & 1) == 0 ? 0 : 0x40);
                i += 1;
            }
            else if (first < 0xc0)
            {
                var both = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(i)) & 0x3fff;
                yield return (both >> 1) - ((both & 1) == 0 ? 0 : 0x2000);
                i += 2;
            }
            else if (first == 0xc1)
            {
                yield return BinaryPrimitives.ReadInt64BigEndian(data.AsSpan(i + 1));
                i += 9;
            }
            else
            {
                yield return BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(i + 1));
                i += 5;
            }
        }
    }
}
