namespace InferenceServices.Contracts.Tensors;

/// <summary>Wire names and element sizes of <see cref="Datatype"/>.</summary>
public static class DatatypeExtensions
{
    private static readonly string[] Names =
        ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BF16", "BYTES"];

    private static ReadOnlySpan<byte> Sizes => [1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 2, 0];

    /// <summary>Returns the name of the protocol, such as <c>FP32</c>.</summary>
    /// <param name="datatype">Any defined member.</param>
    /// <returns>Upper-case ASCII.</returns>
    public static string ToWire(this Datatype datatype) => Names[(int)datatype];

    /// <summary>Returns the size of an element in bytes; 0 for <see cref="Datatype.Bytes"/>, whose elements have variable length.</summary>
    /// <param name="datatype">Any defined member.</param>
    /// <returns>0, 1, 2, 4 or 8.</returns>
    public static int SizeBytes(this Datatype datatype) => Sizes[(int)datatype];

    /// <summary>Parses a wire name, ignoring case as KServe's server does.</summary>
    /// <param name="name">Name, such as <c>INT64</c>.</param>
    /// <param name="datatype">The datatype if the name is known.</param>
    /// <returns>Whether the name is known.</returns>
    public static bool TryParse(string? name, out Datatype datatype)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (string.Equals(name, Names[i], StringComparison.OrdinalIgnoreCase))
            {
                datatype = (Datatype)i;
                return true;
            }
        }
        datatype = default;
        return false;
    }
}
