namespace InferenceServices.ModelTools.Convert.Pickles;

internal enum PickleSequenceKind
{
    List,
    Tuple,
    Set,
}
