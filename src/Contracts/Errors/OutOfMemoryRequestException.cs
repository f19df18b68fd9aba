namespace InferenceServices.Contracts.Errors;

/// <summary>A request was admitted, but memory for it could not be allocated: 503 <c>out_of_memory</c>, with <c>Retry-After</c>. The connection is closed.</summary>
public sealed class OutOfMemoryRequestException : InferenceException
{
    /// <summary>Creates the error.</summary>
    /// <param name="innerException">The failed allocation; logged, not sent.</param>
    public OutOfMemoryRequestException(Exception innerException)
        : base(503, "out_of_memory", "The server does not have enough memory for this request now; try again later or send a smaller request.", innerException)
        => RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Gets whether the error is logged: the operator may raise the limit of the container.</summary>
    public override bool ShouldLog => true;
}
