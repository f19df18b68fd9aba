using System.Text;
using InferenceServices.EventGate.Tests.Events;
using InferenceServices.Testing;

namespace InferenceServices.EventGate.Tests;

[Collection(nameof(KilledProcess))]
public sealed class JournalTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = TemporaryFolder.Of();

    private string File => _folder.Below("journal.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Posted_events_that_are_not_settled_are_read_with_time_and_content()
    {
        Write(journal =>
        {
            for (var number = 0; number < 5; number++) journal.Post(Pending(number));
            journal.Settle([Pending(1), Pending(3)]);
        });

        var pending = Read();

        Assert.Equal(["id-0", "id-2", "id-4"], pending.Select(entry => entry.Content.Id));
        Assert.All(pending, entry => Assert.Equal(Time, entry.Posted));
        Assert.Equal(SourceEvents.Outgoing(4).Json.ToArray(), pending[2].Content.Json.ToArray());
    }

    [Fact]
    public void A_truncated_journal_is_read_to_its_last_complete_line_and_can_be_appended()
    {
        Write(journal =>
        {
            journal.Post(Pending(0));
            journal.Post(Pending(1));
        });
        var whole = System.IO.File.ReadAllBytes(File);
        var firstLine = whole.AsSpan().IndexOf((byte)'\n') + 1;

        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Write(journal => journal.Post(Pending(9)));
            Assert.Equal(length < firstLine ? ["id-9"] : ["id-0", "id-9"], Read().Select(entry => entry.Content.Id));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"id":"x","event":{}}""")]
    [InlineData("""{"id":"x","event":{},"posted":"yesterday"}""")]
    [InlineData("""{"id":"x","event":{},"posted":1}""")]
    [InlineData("""{"id":"\ud800","event":{},"posted":"2026-01-01T00:00:00Z"}""")]
    [InlineData("\0\0\0\0")]
    public void A_malformed_line_is_skipped(string line)
    {
        Write(journal => journal.Post(Pending(0)));
        System.IO.File.AppendAllText(File, line + "\n");
        Write(journal => journal.Post(Pending(1)));

        Assert.Equal(["id-0", "id-1"], Read().Select(entry => entry.Content.Id));
    }

    [Fact]
    public void Rewrite_retains_pending_events_and_the_journal_can_be_appended()
    {
        Write(journal =>
        {
            for (var number = 0; number < 100; number++) journal.Post(Pending(number));
            var before = journal.Length;
            journal.Rewrite([Pending(98), Pending(99)]);
            Assert.InRange(journal.Length, 1, before / 40);
            journal.Post(Pending(100));
            journal.Settle([Pending(98)]);
        });

        Assert.Equal(["id-99", "id-100"], Read().Select(entry => entry.Content.Id));
    }

    [Fact]
    public void An_event_longer_than_the_buffer_is_read()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"meta":{"id":"long"},"text":"{{new string('ä', 500_000)}}"}""");
        Write(journal =>
        {
            journal.Post(new PendingEvent(new("long", json), Time));
            journal.Post(Pending(1));
        });

        Assert.Equal(json, Read()[0].Content.Json.ToArray());
        Assert.Equal(2, Read().Count);
    }

    private static PendingEvent Pending(int number) => new(SourceEvents.Outgoing(number), Time);

    private void Write(Action<Journal> write)
    {
        using var journal = Journal.Open(_folder.Path, out _);
        write(journal);
    }

    private IReadOnlyList<PendingEvent> Read()
    {
        using var journal = Journal.Open(_folder.Path, out var pending);
        return pending;
    }
}
