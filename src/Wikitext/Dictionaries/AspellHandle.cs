using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Handle of a libaspell speller. Not thread-safe.</summary>
internal sealed partial class AspellHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>File name of the library in Linux distributions.</summary>
    public const string Library = "libaspell.so.15";

    /// <summary>Loads a dictionary.</summary>
    /// <param name="language">Code of the language.</param>
    /// <param name="error">The reason of a failure; else null.</param>
    /// <returns>An invalid handle after a failure.</returns>
    public static AspellHandle Create(string language, out string? error)
    {
        var config = NewConfig();
        try
        {
            _ = Replace(config, "lang", language);
            _ = Replace(config, "encoding", "utf-8");
            var result = NewSpeller(config);
            error = ErrorNumber(result) == 0 ? null : Marshal.PtrToStringUTF8(ErrorMessage(result)) ?? "";
            if (error is not null)
            {
                DeleteResult(result);
                return new AspellHandle();
            }
            var speller = new AspellHandle();
            speller.SetHandle(ToSpeller(result));
            return speller;
        }
        finally
        {
            DeleteConfig(config);
        }
    }

    /// <summary>Checks a word.</summary>
    /// <param name="speller">The speller.</param>
    /// <param name="word">Word in UTF-8.</param>
    /// <param name="size">Number of bytes.</param>
    /// <returns>1 if the word is known, 0 if not, -1 after an error.</returns>
    [LibraryImport(Library, EntryPoint = "aspell_speller_check")]
    public static partial int Check(AspellHandle speller, ReadOnlySpan<byte> word, int size);

    protected override bool ReleaseHandle()
    {
        DeleteSpeller(handle);
        return true;
    }

    [LibraryImport(Library, EntryPoint = "new_aspell_config")]
    private static partial nint NewConfig();

    [LibraryImport(Library, EntryPoint = "delete_aspell_config")]
    private static partial void DeleteConfig(nint config);

    [LibraryImport(Library, EntryPoint = "aspell_config_replace", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(nint config, string key, string value);

    // A speller, or an error.
    [LibraryImport(Library, EntryPoint = "new_aspell_speller")]
    private static partial nint NewSpeller(nint config);

    [LibraryImport(Library, EntryPoint = "aspell_error_number")]
    private static partial uint ErrorNumber(nint result);

    [LibraryImport(Library, EntryPoint = "aspell_error_message")]
    private static partial nint ErrorMessage(nint result);

    [LibraryImport(Library, EntryPoint = "delete_aspell_can_have_error")]
    private static partial void DeleteResult(nint result);

    [LibraryImport(Library, EntryPoint = "to_aspell_speller")]
    private static partial nint ToSpeller(nint result);

    [LibraryImport(Library, EntryPoint = "delete_aspell_speller")]
    private static partial void DeleteSpeller(nint speller);
}
