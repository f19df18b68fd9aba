using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>A copy of the tracked files of the checkout, with uncommitted changes and without build output.</summary>
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

    /// <summary>Writes a file next to the copy.</summary>
    public string WriteBeside(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();
}
