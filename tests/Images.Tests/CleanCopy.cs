using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>The checkout as others have it: what git knows, with what is changed and not committed yet, and nothing that was built.</summary>
internal sealed class CleanCopy : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CleanCopy()
    {
    }

    public string Path => _folder.Below("copy");

    public static async Task<CleanCopy> MakeAsync()
    {
        var copy = new CleanCopy();
        await Tool.OutputAsync("git", "clone", "--quiet", Checkout.Root, copy.Path);
        var change = await Tool.OutputAsync("git", "diff", "--binary", "HEAD");
        if (change.Length > 0) await Tool.OutputAsync("git", "-C", copy.Path, "apply", copy._folder.Write("change", change));
        return copy;
    }

    /// <summary>Writes a file beside the copy.</summary>
    public string WriteBeside(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();
}
