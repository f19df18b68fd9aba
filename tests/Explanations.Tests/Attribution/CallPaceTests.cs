using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Tests.Attribution;

public sealed class CallPaceTests
{
    [Fact]
    public void Calls_of_a_fast_model_grow_to_the_maximum()
    {
        var pace = new CallPace(TimeSpan.FromSeconds(1.6), 100);
        var sizes = new List<int>();
        for (var call = 0; call < 5; call++)
        {
            sizes.Add(pace.Size);
            pace.Record(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal([2, 8, 32, 100, 100], sizes);
    }

    [Fact]
    public void Calls_of_a_slow_model_take_a_sixteenth_of_the_limit()
    {
        var pace = new CallPace(TimeSpan.FromSeconds(1.6), 100);
        pace.Record(TimeSpan.FromMilliseconds(40));
        Assert.Equal(5, pace.Size);
        pace.Record(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, pace.Size);
        pace.Record(TimeSpan.Zero);
        Assert.Equal(4, pace.Size);
    }

    [Fact]
    public void At_least_one_element_is_taken_and_no_more_than_needed()
    {
        var created = 0;
        using var elements = Enumerable.Range(0, 10).Select(_ => ++created).GetEnumerator();
        Assert.Single(new CallPace(TimeSpan.FromSeconds(1), 1).Take(elements, perElement: 2));
        Assert.Equal([2, 3], new CallPace(TimeSpan.FromSeconds(1), 9).Take(elements));
        Assert.Equal(3, created);
        while (elements.MoveNext()) { }
        Assert.Empty(new CallPace(TimeSpan.FromSeconds(1), 9).Take(elements));
    }
}
