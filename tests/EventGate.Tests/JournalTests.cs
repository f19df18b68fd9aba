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
    public void What_was_posted_and_not_settled_waits_with_its_time_and_every_byte()
    {
        Write(journal =>
        {
            for (var number = 0; number < 5; number++) journal.Post(Waiting(number));
            journal.Settle([Waiting(1), Waiting(3)]);
        });

        var waiting = Read();

        Assert.Equal(["id-0", "id-2", "id-4"], waiting.Select(one => one.Content.Id));
        Assert.All(waiting, one => Assert.Equal(Time, one.Posted));
        Assert.Equal(SourceEvents.Outgoing(4).Json.ToArray(), waiting[2].Content.Json.ToArray());
    }

    [Fact]
    public void One_cut_anywhere_is_read_as_far_as_its_lines_are_whole_and_written_on()
    {
        Write(journal =>
        {
            journal.Post(Waiting(0));
            journal.Post(Waiting(1));
        });
        var whole = System.IO.File.ReadAllBytes(File);
        var firstLine = whole.AsSpan().IndexOf((byte)'\n') + 1;

        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Write(journal => journal.Post(Waiting(9)));
            Assert.Equal(length < firstLine ? ["id-9"] : ["id-0", "id-9"], Read().Select(one => one.Content.Id));
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
    public void A_line_that_is_spoilt_spoils_no_other(string line)
    {
        Write(journal => journal.Post(Waiting(0)));
        System.IO.File.AppendAllText(File, line + "\n");
        Write(journal => journal.Post(Waiting(1)));

        Assert.Equal(["id-0", "id-1"], Read().Select(one => one.Content.Id));
    }

    [Fact]
    public void It_is_written_anew_with_what_waits_and_goes_on()
    {
        Write(journal =>
        {
            for (var number = 0; number < 100; number++) journal.Post(Waiting(number));
            var before = journal.Length;
            journal.Rewrite([Waiting(98), Waiting(99)]);
            Assert.InRange(journal.Length, 1, before / 40);
            journal.Post(Waiting(100));
            journal.Settle([Waiting(98)]);
        });

        Assert.Equal(["id-99", "id-100"], Read().Select(one => one.Content.Id));
    }

    [Fact]
    public void An_event_longer_than_any_buffer_comes_back()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"meta":{"id":"long"},"text":"{{new string('ä', 500_000)}}"}""");
        Write(journal =>
        {
            journal.Post(new WaitingEvent(new("long", json), Time));
            journal.Post(Waiting(1));
        });

        Assert.Equal(json, Read()[0].Content.Json.ToArray());
        Assert.Equal(2, Read().Count);
    }

    private static WaitingEvent Waiting(int number) => new(SourceEvents.Outgoing(number), Time);

    private void Write(Action<Journal> write)
    {
        using var journal = Journal.Open(_folder.Path, out _);
        write(journal);
    }

    private IReadOnlyList<WaitingEvent> Read()
    {
        using var journal = Journal.Open(_folder.Path, out var waiting);
        return waiting;
    }
}
