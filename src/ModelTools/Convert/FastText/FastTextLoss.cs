namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Loss function, which converts scores to probabilities. Source: fastText 0.9.2, args.h, loss_name.</summary>
internal enum FastTextLoss
{
    HierarchicalSoftmax = 1,
    NegativeSampling = 2,
    Softmax = 3,
    OneVsAll = 4,
}
