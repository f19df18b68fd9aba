using System.Globalization;

namespace InferenceServices.Contracts.Errors;

/// <summary>The request took longer than the server or its caller allows: 504 <c>request_timeout</c>.</summary>
/// <param name="timeout">What was allowed.</param>
public sealed class RequestTimeoutException(TimeSpan timeout)
    : InferenceException(504, "request_timeout", string.Create(
        CultureInfo.InvariantCulture, $"The request was not answered within {timeout.TotalSeconds:0.######} s and was given up."));
