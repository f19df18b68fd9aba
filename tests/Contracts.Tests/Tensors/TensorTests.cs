using System.Buffers;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void A_rented_tensor_has_exactly_the_bytes_of_its_shape()
    {
        using var tensor = Tensor.Rent(Datatype.Int32, new Shape(3, 5));

        Assert.Equal(60, tensor.Bytes.Length);
        Assert.Equal(60, tensor.Memory.Length);
        Assert.Equal(15, tensor.Values<int>().Length);
    }

    [Fact]
    public void Values_are_written_little_endian_and_row_major()
    {
        using var tensor = Tensor.Of<short>(Datatype.Int16, new Shape(2, 2), [1, 2, 3, -1]);

        Assert.Equal([1, 0, 2, 0, 3, 0, 255, 255], tensor.Bytes.ToArray());
    }

    [Fact]
    public void Values_can_be_written_in_place()
    {
        using var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(2), [1, 2]);

        tensor.Values<float>()[1] = 9;

        Assert.Equal([1f, 9f], tensor.Values<float>().ToArray());
    }

    [Fact]
    public void Half_precision_values_have_two_bytes()
    {
        using var tensor = Tensor.Of<Half>(Datatype.Fp16, new Shape(1), [(Half)1.5]);

        Assert.Equal([0x00, 0x3E], tensor.Bytes.ToArray());
    }

    [Fact]
    public void Values_of_another_size_are_rejected()
    {
        using var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(2), [1, 2]);

        var exception = Assert.Throws<InvalidOperationException>(() => tensor.Values<double>().Length);

        Assert.Equal("A FP32 tensor has no elements of 8 bytes.", exception.Message);
    }

    [Fact]
    public void A_bytes_tensor_has_no_values_of_fixed_size()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        builder.AppendBytes("a"u8);
        using var tensor = builder.Build(new Shape(1));

        Assert.Throws<InvalidOperationException>(() => tensor.Values<byte>().Length);
    }

    [Fact]
    public void Bytes_cannot_be_rented() => Assert.Throws<ArgumentException>(() => Tensor.Rent(Datatype.Bytes, new Shape(1)));

    [Fact]
    public void A_free_axis_cannot_be_rented() => Assert.Throws<ArgumentException>(() => Tensor.Rent(Datatype.Fp32, new Shape(-1)));

    [Fact]
    public void A_size_over_the_maximum_cannot_be_rented()
        => Assert.ThrowsAny<Exception>(() => Tensor.Rent(Datatype.Fp64, new Shape(int.MaxValue)).Dispose());

    [Theory]
    [InlineData(new long[] { 3 })]
    [InlineData(new long[] { })]
    [InlineData(new long[] { -1 })]
    public void Values_that_do_not_fill_the_shape_are_rejected(long[] dims)
        => Assert.Throws<ArgumentException>(() => Tensor.Of<int>(Datatype.Int32, new Shape(dims), [1, 2]));

    [Fact]
    public void An_empty_tensor_has_no_values()
    {
        using var tensor = Tensor.Rent(Datatype.Fp64, new Shape(4, 0));

        Assert.True(tensor.Bytes.IsEmpty);
        Assert.True(tensor.Values<double>().IsEmpty);
    }

    [Fact]
    public void Disposing_twice_returns_the_memory_once()
    {
        var owner = new Owner(8);
        var tensor = Tensor.Own(Datatype.Fp64, new Shape(1), owner);

        tensor.Dispose();
        tensor.Dispose();

        Assert.Equal(1, owner.Disposals);
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_read()
    {
        var tensor = Tensor.Rent(Datatype.Fp64, new Shape(4));

        tensor.Dispose();

        Assert.True(tensor.Bytes.IsEmpty);
    }

    [Fact]
    public void Owned_memory_is_not_copied()
    {
        using var owner = new Owner(4);
        using var tensor = Tensor.Own(Datatype.Int32, new Shape(1), owner);

        tensor.Values<int>()[0] = 258;

        Assert.Equal([2, 1, 0, 0], owner.Memory.ToArray());
    }

    private sealed class Owner(int length) : IMemoryOwner<byte>
    {
        public int Disposals { get; private set; }

        public Memory<byte> Memory { get; } = new byte[length];

        public void Dispose() => Disposals++;
    }
}
