using InferenceServices.ModelTools.Convert.FastText;

namespace InferenceServices.ModelTools.Tests;

public sealed class HuffmanTreeTests
{
    [Fact]
    public void The_two_smallest_are_joined_first_and_joined_nodes_precede_labels_of_equal_count()
    {
        // Counts 5, 2, 1, 1. Node 0 joins the last two (count 2, left is label 3); node 1 joins node 0, which precedes label 1 of
        // the same count, and label 1; node 2, the root, joins node 1 (count 4) and label 0.
        var tree = Tree(5, 2, 1, 1);

        Assert.Equal(3, tree.Depth);
        Assert.Equal([2], Path(tree, 0, 1));
        Assert.Equal([1, 4 + 2], Path(tree, 1, 2));
        Assert.Equal([0, 4 + 1, 4 + 2], Path(tree, 2, 3));
        Assert.Equal([4 + 0, 4 + 1, 4 + 2], Path(tree, 3, 3));
    }

    [Fact]
    public void A_single_label_has_depth_0() => Assert.Equal(0, Tree(7).Depth);

    private static HuffmanTree Tree(params long[] counts) => new([.. counts.Select(count => new FastTextLabel(Array.Empty<byte>(), count))]);

    private static int[] Path(HuffmanTree tree, int label, int length)
    {
        var path = new int[length];
        tree.Path(label, path);
        return path;
    }
}
