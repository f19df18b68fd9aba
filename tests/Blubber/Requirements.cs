namespace InferenceServices.Testing.Blubber;

/// <summary>What a command needs before it runs.</summary>
internal sealed class Requirements : List<Copy>;
