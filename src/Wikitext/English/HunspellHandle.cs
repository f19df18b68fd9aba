using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InferenceServices.Wikitext.English;

/// <summary>A dictionary that libhunspell holds. Its calls are not safe to make at the same time.</summary>
internal sealed partial class HunspellHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>The name by which Linux distributions install it.</summary>
    public const string Library = "libhunspell-1.7.so.0";

    /// <summary>Loads a dictionary. A file that is missing or broken makes an empty one: the library only prints what is wrong.</summary>
    [LibraryImport(Library, EntryPoint = "Hunspell_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial HunspellHandle Create(string affixes, string words);

    /// <summary>Whether it accepts the word.</summary>
    /// <param name="dictionary">The dictionary.</param>
    /// <param name="word">In the dictionary's encoding, with a zero at its end.</param>
    /// <returns>0 when not.</returns>
    [LibraryImport(Library, EntryPoint = "Hunspell_spell")]
    public static partial int Spell(HunspellHandle dictionary, ReadOnlySpan<byte> word);

    /// <summary>Name of the encoding of its files, as its affix file has it.</summary>
    public static string EncodingOf(HunspellHandle dictionary) => Marshal.PtrToStringUTF8(GetEncoding(dictionary)) ?? "";

    protected override bool ReleaseHandle()
    {
        Destroy(handle);
        return true;
    }

    [LibraryImport(Library, EntryPoint = "Hunspell_get_dic_encoding")]
    private static partial nint GetEncoding(HunspellHandle dictionary);

    [LibraryImport(Library, EntryPoint = "Hunspell_destroy")]
    private static partial void Destroy(nint dictionary);
}
