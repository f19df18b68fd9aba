using System.Globalization;

namespace InferenceServices.Contracts.Errors;

/// <summary>The request exceeded the timeout of the server or the request: 504 <c>request_timeout</c>.</summary>
/// <param name="timeout">The timeout.</param>
public sealed class RequestTimeoutException(TimeSpan timeout)
    : InferenceException(504, "request_timeout", string.Create(
        CultureInfo.InvariantCulture, $"The request timed out after {timeout.TotalSeconds:0.######} s."));
