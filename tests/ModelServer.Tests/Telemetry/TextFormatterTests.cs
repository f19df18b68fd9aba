using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class TextFormatterTests
{
    [Theory]
    [InlineData("plain text, çédille, 日本", "plain text, çédille, 日本")]
    [InlineData("a\nwarn: forged", "a\\u000awarn: forged")]
    [InlineData("\r\n\t\0", "\\u000d\\u000a\\u0009\\u0000")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("\u0085\u009b\u2028\u202e\u2066", "\\u0085\\u009b\\u2028\\u202e\\u2066")]
    public void Control_characters_of_a_message_are_escaped(string message, string expected)
        => Assert.Equal($"2026-01-02T03:04:05.678Z warn: Category[7] {expected}{Environment.NewLine}", Format(message, null));

    [Fact]
    public void An_exception_is_on_the_same_line()
    {
        var line = Format("failed", new InvalidOperationException("first\nsecond\u001b"));

        Assert.Equal($"2026-01-02T03:04:05.678Z warn: Category[7] failed System.InvalidOperationException: first second\\u001b{Environment.NewLine}", line);
    }

    private static string Format(string message, Exception? exception)
    {
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "Category", new EventId(7), message, exception, static (text, _) => text);
        new TextFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero))).Write(entry, null, writer);
        return writer.ToString();
    }
}
