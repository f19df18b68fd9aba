using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.Http.Tests;

public sealed class RetryAfterTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    [InlineData("5", 5.0)]
    [InlineData("0", 0.0)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30.0)]
    [InlineData("Wed, 31 Dec 2025 23:59:00 GMT", 0.0)]
    public void Seconds_and_dates_are_read_as_delays(string? text, double? seconds) => Assert.Equal(seconds, RetryAfter.Read(text, Time)?.TotalSeconds);
}
