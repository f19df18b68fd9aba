using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Handle of a libhunspell dictionary. Not thread-safe.</summary>
internal sealed partial class HunspellHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>File name of the library in Linux distributions.</summary>
    public const string Library = "libhunspell-1.7.so.0";

    /// <summary>Loads a dictionary. For a missing or malformed file the library prints an error and creates an empty dictionary.</summary>
    [LibraryImport(Library, EntryPoint = "Hunspell_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial HunspellHandle Create(string affixes, string words);

    /// <summary>Checks a word.</summary>
    /// <param name="dictionary">The dictionary.</param>
    /// <param name="word">Zero-terminated word in the encoding of the dictionary.</param>
    /// <returns>0 if the word is unknown.</returns>
    [LibraryImport(Library, EntryPoint = "Hunspell_spell")]
    public static partial int Spell(HunspellHandle dictionary, ReadOnlySpan<byte> word);

    /// <summary>Returns the encoding named in the affix file.</summary>
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
