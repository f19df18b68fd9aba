using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.Tests.Tensors;

public sealed class ShapeTests
{
    [Theory]
    [InlineData(new long[] { }, 1)]
    [InlineData(new long[] { 0 }, 0)]
    [InlineData(new long[] { 7 }, 7)]
    [InlineData(new long[] { 2, 3, 4 }, 24)]
    [InlineData(new long[] { 2, 0, 4 }, 0)]
    [InlineData(new long[] { int.MaxValue }, int.MaxValue)]
    [InlineData(new long[] { 1, int.MaxValue, 1 }, int.MaxValue)]
    [InlineData(new long[] { 65_536, 32_767 }, 2_147_418_112)]
    public void The_element_count_is_the_product_of_all_axes(long[] dims, int expected)
    {
        Assert.True(new Shape(dims).TryGetElementCount(out var count));
        Assert.Equal(expected, count);
    }

    [Theory]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { 2, -1, 4 })]
    [InlineData(new long[] { -2, -2 })]
    [InlineData(new long[] { 0, -1 })]
    [InlineData(new long[] { -1, 0 })]
    [InlineData(new long[] { long.MinValue, long.MinValue })]
    public void A_negative_axis_has_no_count_even_beside_a_zero(long[] dims) => Assert.False(new Shape(dims).TryGetElementCount(out _));

    [Theory]
    [InlineData(new long[] { int.MaxValue + 1L })]
    [InlineData(new long[] { 65_536, 65_536 })]
    [InlineData(new long[] { long.MaxValue, 1 })]
    [InlineData(new long[] { long.MaxValue, long.MaxValue })]
    [InlineData(new long[] { 4_294_967_296, 4_294_967_296, 1 })]
    [InlineData(new long[] { 0, int.MaxValue, 2 })]
    [InlineData(new long[] { long.MaxValue, 0 })]
    public void A_product_beyond_32_bits_has_no_count(long[] dims) => Assert.False(new Shape(dims).TryGetElementCount(out _));

    [Theory]
    [InlineData(new long[] { 0, int.MaxValue })]
    [InlineData(new long[] { 32_768, 0, 65_535 })]
    [InlineData(new long[] { 0, 0, 0 })]
    public void A_zero_axis_makes_the_tensor_empty(long[] dims)
    {
        Assert.True(new Shape(dims).TryGetElementCount(out var count));
        Assert.Equal(0, count);
    }

    [Theory]
    [InlineData(new long[] { long.MaxValue, 0, -1 })]
    [InlineData(new long[] { -1, long.MaxValue, 0 })]
    [InlineData(new long[] { long.MaxValue, -3, 0 })]
    public void A_negative_axis_is_detected_beside_a_zero_or_an_overflow(long[] dims) => Assert.False(new Shape(dims).TryGetElementCount(out _));

    [Theory]
    [InlineData(new long[] { -1, 4 }, new long[] { 3, 4 }, true)]
    [InlineData(new long[] { -1, 4 }, new long[] { 0, 4 }, true)]
    [InlineData(new long[] { -1, 4 }, new long[] { 3, 5 }, false)]
    [InlineData(new long[] { -1, 4 }, new long[] { 4 }, false)]
    [InlineData(new long[] { -1 }, new long[] { 1, 1 }, false)]
    [InlineData(new long[] { }, new long[] { }, true)]
    [InlineData(new long[] { }, new long[] { 1 }, false)]
    public void A_declared_shape_accepts_equal_rank_and_equal_fixed_axes(long[] declared, long[] actual, bool accepted)
        => Assert.Equal(accepted, new Shape(declared).Accepts(new Shape(actual)));

    [Fact]
    public void Shapes_are_equal_by_their_axes()
    {
        Shape left = new(2, 3), right = new([2, 3]), other = new(3, 2);

        Assert.True(left == right);
        Assert.True(left != other);
        Assert.True(left.Equals((object)right));
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Fact]
    public void The_default_shape_is_a_scalar()
    {
        Shape none = default;

        Assert.Equal(0, none.Rank);
        Assert.Equal(new Shape(), none);
        Assert.Empty(none.ToArray());
        Assert.True(none.TryGetElementCount(out var count));
        Assert.Equal(1, count);
    }

    [Theory]
    [InlineData(new long[] { }, "[]")]
    [InlineData(new long[] { 5 }, "[5]")]
    [InlineData(new long[] { -1, 2, 4 }, "[-1,2,4]")]
    public void The_text_has_the_format_of_the_protocol(long[] dims, string text) => Assert.Equal(text, new Shape(dims).ToString());
}
