namespace InferenceServices.Contracts.V2;

/// <summary>Wire names of <see cref="ModelState"/>.</summary>
public static class ModelStateExtensions
{
    /// <summary>Returns Triton's name, such as <c>READY</c>.</summary>
    /// <param name="state">Any defined member.</param>
    /// <returns>Upper-case ASCII.</returns>
    public static string ToWire(this ModelState state) => state switch
    {
        ModelState.Ready => "READY",
        ModelState.Unavailable => "UNAVAILABLE",
        ModelState.Loading => "LOADING",
        ModelState.Unloading => "UNLOADING",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
