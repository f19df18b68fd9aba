namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>The training arguments of a model file. Source: fastText 0.9.2, Args::load.</summary>
internal sealed record FastTextArgs(
    int Dim, int WindowSize, int Epoch, int MinCount, int Negatives, int WordNgrams, FastTextLoss Loss, int Bucket, int Minn, int Maxn)
{
    private const int Supervised = 3;

    // Far above any published model; prevents huge allocations for corrupt numbers.
    private const int LargestDim = 1 << 16;

    /// <summary>Gets fastText's name of the loss.</summary>
    public string LossName => Loss switch
    {
        FastTextLoss.HierarchicalSoftmax => "hs",
        FastTextLoss.NegativeSampling => "ns",
        FastTextLoss.Softmax => "softmax",
        _ => "ova",
    };

    public static FastTextArgs Read(FileCursor file, int version)
    {
        const string Part = "training arguments";
        var dim = file.ReadInt32(Part);
        var windowSize = file.ReadInt32(Part);
        var epoch = file.ReadInt32(Part);
        var minCount = file.ReadInt32(Part);
        var negatives = file.ReadInt32(Part);
        var wordNgrams = file.ReadInt32(Part);
        var loss = file.ReadInt32(Part);
        var model = file.ReadInt32(Part);
        var bucket = file.ReadInt32(Part);
        var minn = file.ReadInt32(Part);
        var maxn = file.ReadInt32(Part);
        file.Skip(sizeof(int) + sizeof(double), Part);   // lrUpdateRate and t are used only in training

        if (model is 1 or 2)
            throw file.Error($"is an unsupervised model ({(model == 1 ? "cbow" : "skipgram")}): it has word vectors but no classifier");
        if (model != Supervised || loss is < 1 or > 4)
            throw file.Error("is corrupt: its training arguments have an unknown model or loss");
        if (dim is < 1 or > LargestDim || wordNgrams < 0 || bucket < 0 || minn < 0 || maxn < 0)
            throw file.Error("is corrupt: its training arguments are out of range");
        if (bucket == 0 && (wordNgrams > 1 || (maxn > 0 && version > 11)))
            throw file.Error("is corrupt: it uses subwords or word n-grams but has no buckets for them");

        // Files of version 11 may have character lengths that supervised models do not use.
        return new(dim, windowSize, epoch, minCount, negatives, wordNgrams, (FastTextLoss)loss, bucket, minn, version == 11 ? 0 : maxn);
    }
}
