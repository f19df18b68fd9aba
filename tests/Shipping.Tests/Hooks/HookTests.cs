using System.Diagnostics;
using System.Text.RegularExpressions;
using InferenceServices.Testing;

namespace InferenceServices.Shipping.Tests.Hooks;

/// <summary>Tests the hooks of <c>make hooks</c> in a temporary git repository.</summary>
public sealed partial class HookTests : IDisposable
{
    private const string PreCommitMissing = "pre-commit is not installed: run eng/hooks/ensure";

    private readonly TemporaryFolder _folder = new();

    public HookTests()
    {
        Git("init", "--quiet", _folder.Path);
        Git("config", "user.name", "A");
        Git("config", "user.email", "a@example.org");
        File.Copy(Checkout.PathOf("eng/hooks/commit-msg"), _folder.Below(".git/hooks/commit-msg"));
    }

    public static bool HasPreCommit => Installed.Has("pre-commit");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_commit_gets_a_Change_Id_and_an_amend_preserves_it()
    {
        var first = ChangeIds(Commit("First")).Single();
        Git("commit", "--quiet", "--allow-empty", "--amend", "--message", $"First, better\n\nChange-Id: {first}");
        var second = ChangeIds(Commit("Second")).Single();

        Assert.Matches("^I[0-9a-f]{40}$", first);
        Assert.Equal(first, ChangeIds(Git("log", "--format=%B", "--skip=1", "-1")).Single());
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("Subject", "^Subject\n\nChange-Id: I[0-9a-f]{40}\n*$")]
    [InlineData("Subject\n\nBody: text\nmore of it --- here\n---\nrest", "^Subject\n\nBody: text\nmore of it --- here\n---\nrest\n\nChange-Id: I[0-9a-f]{40}\n*$")]
    [InlineData("Subject\n\nBug: T1\nSigned-off-by: A <a@example.org>", "^Subject\n\nBug: T1\nSigned-off-by: A <a@example.org>\nChange-Id: I[0-9a-f]{40}\n*$")]
    [InlineData("Subject\n\nchange-id: I0123", "^Subject\n\nchange-id: I0123\n*$")]
    [InlineData("fixup! Subject", "^fixup! Subject\n*$")]
    public void The_Change_Id_is_added_to_the_trailers(string message, string expected)
        => Assert.Matches(expected, Commit(message));

    [Fact]
    public void An_equal_message_gets_another_Change_Id()
    {
        var first = ChangeIds(Commit("Same")).Single();

        Assert.NotEqual(first, ChangeIds(Commit("Same")).Single());
    }

    [Fact]
    public void An_empty_message_is_not_changed()
    {
        var file = _folder.Write("message", "\n# Please enter the commit message\n");
        Run(_folder.Below(".git/hooks/commit-msg"), file);

        Assert.Equal("\n# Please enter the commit message\n", File.ReadAllText(file));
    }

    [Fact(Skip = PreCommitMissing, SkipUnless = nameof(HasPreCommit))]
    public void Make_hooks_installs_both_and_saves_an_existing_hook()
    {
        var copy = _folder.Below("copy");
        Git("clone", "--quiet", "--no-checkout", Checkout.Root, copy);
        foreach (var file in (string[])["eng/hooks/install", "eng/hooks/ensure", "eng/hooks/commit-msg", ".pre-commit-config.yaml"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Checkout.PathOf(file), Path.Combine(copy, file));
        }
        File.WriteAllText(Path.Combine(copy, ".git/hooks/commit-msg"), "mine");

        Run(Path.Combine(copy, "eng/hooks/install"));
        Run(Path.Combine(copy, "eng/hooks/install"));

        Assert.Equal(File.ReadAllText(Checkout.PathOf("eng/hooks/commit-msg")), File.ReadAllText(Path.Combine(copy, ".git/hooks/commit-msg")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(copy, ".git/hooks/commit-msg.before")));
        Assert.Contains("pre-commit", File.ReadAllText(Path.Combine(copy, ".git/hooks/pre-commit")), StringComparison.Ordinal);
        Assert.Contains("make hooks", File.ReadAllText(Checkout.PathOf("CONTRIBUTING.md")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> ChangeIds(string message) => ChangeId().Matches(message).Select(match => match.Groups[1].Value);

    private string Commit(string message)
    {
        Git("commit", "--quiet", "--allow-empty", "--message", message);
        return Git("log", "--format=%B", "-1");
    }

    private string Git(params string[] arguments) => Run("git", ["-C", _folder.Path, .. arguments]);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{error.Result}");
        return output;
    }

    [GeneratedRegex("^Change-Id: (.*)$", RegexOptions.Multiline)]
    private static partial Regex ChangeId();
}
