namespace InferenceServices.Testing.Blubber;

/// <summary>Files that a command needs.</summary>
internal sealed class Requirements : List<Copy>;
