namespace InferenceServices.Contracts.Errors;

/// <summary>The body is larger than the limit: 413 <c>payload_too_large</c>.</summary>
/// <param name="limitBytes">The limit in bytes.</param>
public sealed class PayloadTooLargeException(long limitBytes)
    : InferenceException(413, "payload_too_large", $"The request body is larger than the {limitBytes} bytes this service takes.");
