using System.Text;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.Tests.Tensors;

public sealed class TensorBuilderTests
{
    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(1, 16)]
    [InlineData(16, 17)]
    [InlineData(100, 3)]
    public void The_builder_grows_beyond_its_capacity(int capacity, int count)
    {
        using var builder = new TensorBuilder(Datatype.Int64, capacity);
        for (var i = 0L; i < count; i++) builder.Append(i * i);

        using var tensor = builder.Build(new Shape(count));

        Assert.Equal(count, builder.Count);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i * i), tensor.Values<long>().ToArray());
    }

    [Fact]
    public void Elements_of_any_length_are_returned_in_order()
    {
        string[] texts = ["", "a", new('x', 5_000), "šťastný den", "\0", "", "🌍"];
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        foreach (var text in texts) builder.AppendBytes(Encoding.UTF8.GetBytes(text));

        using var tensor = builder.Build(new Shape(texts.Length));

        var read = new List<string>();
        foreach (var element in tensor.Elements) read.Add(Encoding.UTF8.GetString(element));
        Assert.Equal(texts, read);
    }

    [Fact]
    public void Elements_have_length_prefixes_as_in_the_binary_extension()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 2);
        builder.AppendBytes("ab"u8);
        builder.AppendBytes([]);

        using var tensor = builder.Build(new Shape(2));

        Assert.Equal([2, 0, 0, 0, (byte)'a', (byte)'b', 0, 0, 0, 0], tensor.Bytes.ToArray());
    }

    [Fact]
    public void Only_committed_bytes_of_a_reservation_are_written()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 0);
        var room = builder.ReserveBytes(1_000);
        room.Fill((byte)'z');
        "xy"u8.CopyTo(room);
        builder.CommitBytes(2);
        builder.AppendBytes("!"u8);

        using var tensor = builder.Build(new Shape(2));

        Assert.Equal([2, 0, 0, 0, (byte)'x', (byte)'y', 1, 0, 0, 0, (byte)'!'], tensor.Bytes.ToArray());
    }

    [Fact]
    public void A_builder_builds_one_tensor()
    {
        using var builder = new TensorBuilder(Datatype.Fp32, 1);
        builder.Append(1f);
        using var tensor = builder.Build(new Shape(1));

        Assert.Throws<InvalidOperationException>(() => builder.Build(new Shape(1)));
    }

    [Fact]
    public void Disposing_the_builder_does_not_dispose_the_built_tensor()
    {
        var builder = new TensorBuilder(Datatype.Fp32, 1);
        builder.Append(1.5f);
        using var tensor = builder.Build(new Shape(1));

        builder.Dispose();
        builder.Dispose();

        Assert.Equal([1.5f], tensor.Values<float>().ToArray());
    }
}
